import type { Timer } from './clock';
import { type Deadlines, timedOut } from './deadlines';
import { errorIn, type RealtimeError } from './errors';
import type { WaitOptions } from './options';
import { type Message, Requests, type Settle } from './requests';
import type { RealtimeSocket } from './socket';

export interface TimedMessage extends Message {
  _isVolatile?: boolean;
  /** It is sent again after a reconnect, until it is answered. */
  _isKept?: boolean;
  /** Has it sent again later, in place of an end that says that it can't be published now. */
  _again?: (refusal: RealtimeError) => void;
  /** It has been on its way, over this connection or an earlier one. */
  _wasSent?: boolean;
  /** When it has waited long enough, in ms since 1970. */
  _due?: number;
  /** Ends a deadline of its own. */
  _stop?: () => void;
}

/** Requests that don't wait for ever. One timer serves all, since most wait equally long. */
export class TimedRequests extends Requests {
  private _timer: Timer | undefined;

  constructor(
    socket: RealtimeSocket,
    private readonly _deadlines: Deadlines,
  ) {
    super(socket);
  }

  override _prepare(event: string, args: unknown[], settle: Settle | undefined): TimedMessage {
    const message: TimedMessage = super._prepare(event, args, settle);
    if (settle) {
      message._due = this._deadlines._clock.now() + this._deadlines._patience;
      if (!this._timer) this._wake(this._deadlines._patience);
    }
    return message;
  }

  /** Gives the message a deadline of its own, instead of the one that all have. */
  _limit(message: TimedMessage, options: WaitOptions | undefined): void {
    message._due = 1 / 0;
    message._stop = this._deadlines._watch(message._event, options, (error) => this._end(message, error));
  }

  override _write(message: TimedMessage): boolean {
    const isSent = super._write(message);
    message._wasSent ||= isSent;
    return isSent;
  }

  override _end(message: TimedMessage, error: RealtimeError | undefined, reply?: unknown): void {
    const refusal = message._again && errorIn(reply);
    if (refusal?.code === 'unavailable') {
      message._again?.(refusal);
      return;
    }
    message._stop?.();
    super._end(message, error && markSent(message, error), reply);
  }

  override _lost(): void {
    super._lost();
    if (!this._waiting.size) {
      this._deadlines._clock.clear(this._timer);
      this._timer = undefined;
    }
  }

  private _wake(after: number): void {
    if (after < 2 ** 31) this._timer = this._deadlines._clock.set(() => this._sweep(), after);
  }

  private _sweep(): void {
    this._timer = undefined;
    const now = this._deadlines._clock.now();
    for (const message of this._waiting as Set<TimedMessage>) {
      const left = (message._due ?? 0) - now;
      if (left <= 0) this._end(message, timedOut(message._event, this._deadlines._patience));
      else if (!this._timer) this._wake(left);
    }
  }
}

/** Notes in the error whether the message may have arrived. */
export function markSent(
  { _wasSent: wasSent = false }: Partial<TimedMessage>,
  error: RealtimeError,
): RealtimeError {
  return Object.assign(error, { maybeSent: wasSent });
}
