import { RealtimeError } from './errors';
import type { OfflineQueueOptions, WaitOptions } from './options';
import { copyPayload } from './payload-copy';
import type { Settle } from './requests';
import type { TimedMessage, TimedRequests } from './timed-requests';

/** What the application sends: at once while the way is open, else kept in a bounded queue, in order. */
export class Outbox {
  private _queue: TimedMessage[] = [];
  private _isOpen = false;

  constructor(
    private readonly _requests: TimedRequests,
    private readonly _bounds: OfflineQueueOptions,
    /** Hears of messages that failed with nobody to tell. */
    private readonly _unheard: (error: RealtimeError) => void,
  ) {}

  _send(
    event: string,
    args: unknown[],
    settle: Settle | undefined,
    options: WaitOptions | undefined,
    isVolatile: boolean,
  ): void {
    const message = this._requests._prepare(event, args, settle);
    message._isVolatile = isVolatile;
    if (settle && (options?.signal || options?.timeout !== undefined)) {
      this._requests._limit(message, options);
    }
    try {
      if (!isOver(message) && !(this._isOpen && this._requests._write(message, isVolatile)))
        this._keep(message);
    } catch (error) {
      this._fail(message, error as RealtimeError);
    }
  }

  /** The rooms have been joined again: sends what has waited, before anything new. */
  _flush(): void {
    let isAlive = true;
    for (let message = this._queue[0]; message && isAlive; message = this._queue[0]) {
      try {
        isAlive = isOver(message) || this._requests._write(message, message._isVolatile);
      } catch (error) {
        this._fail(message, error as RealtimeError);
      }
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
    this._requests._lost();
  }

  private _keep(message: TimedMessage): void {
    const { limit = 1_000, overflow } = this._bounds;
    if (message._isVolatile) {
      throw new RealtimeError('not_connected', `"${message._event}" was dropped: not connected`);
    }
    message._args = message._args.map((value) => copyPayload(value));
    this._queue.push(message);
    if (this._queue.length > limit) this._queue = this._queue.filter((kept) => !isOver(kept));
    if (this._queue.length > limit) {
      const refused = overflow === 'drop-oldest' ? this._queue.shift() : this._queue.pop();
      this._fail(
        refused as TimedMessage,
        new RealtimeError('queue_full', `offlineQueue.limit: ${limit} messages wait`),
      );
    }
  }

  private _fail(message: TimedMessage, error: RealtimeError): void {
    if (message._due) this._requests._end(message, error);
    else if (!message._isVolatile) this._unheard(error);
  }
}

/** It wanted an answer, and has been settled: by its timeout or its signal. */
function isOver({ _due, _settle }: TimedMessage): boolean {
  return !!_due && !_settle;
}
