import { RealtimeError } from './errors';
import type { OfflineQueueOptions, SendOptions } from './options';
import { copyPayload } from './payload-copy';
import type { Message, Requests, Settle } from './requests';

/** What the application sends: at once while the way is open, else kept in a bounded queue, in order. */
export class Outbox {
  private _queue: Message[] = [];
  private _isOpen = false;

  constructor(
    private readonly _requests: Requests,
    private readonly _bounds: OfflineQueueOptions,
    /** Hears of messages that failed with nobody to tell. */
    private readonly _unheard: (error: RealtimeError) => void,
  ) {}

  _send(event: string, args: unknown[], settle?: Settle, options?: SendOptions): void {
    const message = this._requests._prepare(event, args, settle, options);
    this._try(message, () => {
      if (!isOver(message) && !(this._isOpen && this._requests._write(message))) this._keep(message);
    });
  }

  /** The rooms have been joined again: sends what has waited, before anything new. */
  _flush(): void {
    let isAlive = true;
    for (let message = this._queue[0]; message && isAlive; message = this._queue[0]) {
      const next = message;
      this._try(next, () => {
        isAlive = isOver(next) || this._requests._write(next);
      });
      if (isAlive) this._queue.shift();
    }
    this._isOpen = isAlive;
  }

  /** What has waited goes on waiting. */
  _lost(): void {
    this._isOpen = false;
  }

  _end(error: RealtimeError): void {
    this._isOpen = false;
    for (const message of this._queue.splice(0)) this._fail(message, error);
  }

  private _keep(message: Message): void {
    const { limit = 1_000, overflow } = this._bounds;
    if (message._isVolatile) {
      throw new RealtimeError('not_connected', `"${message._event}" was dropped: there is no connection.`);
    }
    message._args = message._args.map((value) => copyPayload(value));
    this._queue.push(message);
    if (this._queue.length > limit) this._queue = this._queue.filter((kept) => !isOver(kept));
    if (this._queue.length > limit) {
      const refused = overflow === 'drop-oldest' ? this._queue.shift() : this._queue.pop();
      this._fail(
        refused as Message,
        new RealtimeError(
          'queue_full',
          `offlineQueue.limit: ${limit} messages wait for the connection already.`,
        ),
      );
    }
  }

  private _try(message: Message, send: () => void): void {
    try {
      send();
    } catch (error) {
      this._fail(message, error as RealtimeError);
    }
  }

  private _fail(message: Message, error: RealtimeError): void {
    if (message._stop) this._requests._end(message, error);
    else if (!message._isVolatile) this._unheard(error);
  }
}

/** It wanted an answer, and has been settled: by its timeout or its signal. */
function isOver({ _stop, _settle }: Message): boolean {
  return !!_stop && !_settle;
}
