import type { Clock, Timer } from './clock';
import { errorIn } from './errors';
import type { BatchOptions } from './options';
import type { TimedMessage, TimedRequests } from './timed-requests';

/** Gathers messages for a moment, and sends them as one event; each has an answer of its own all the same. */
export class Batches {
  /** Messages in one batch. */
  readonly _most: number;
  private readonly _interval: number;
  private _timer: Timer | undefined;
  private _waiting = 0;

  constructor(
    private readonly _requests: TimedRequests,
    private readonly _clock: Clock,
    { interval = 20, maxSize = 50 }: BatchOptions,
    private readonly _flush: () => void,
  ) {
    this._most = maxSize;
    this._interval = interval;
  }

  /** One more message waits. */
  _expect(): void {
    if (++this._waiting < this._most) this._timer ??= this._clock.set(() => this._send(), this._interval);
    else this._send();
  }

  _stop(): void {
    this._clock.clear(this._timer);
    this._timer = undefined;
    this._waiting = 0;
  }

  /** Returns whether they are on their way; else they have to go one by one, or not at all. */
  _write(messages: readonly TimedMessage[]): boolean {
    const items = messages.map(({ _event, _args }) => [_event, ..._args]);
    let isRefused = false;
    const batch = this._requests._prepare('batch', [items], (error, reply) => {
      isRefused = !!error;
      if (!error) this._answer(messages, reply);
    });
    // Each message has its own.
    this._requests._limit(batch, { timeout: Number.POSITIVE_INFINITY });
    const isSent = this._requests._write(batch);
    if (!isSent) this._requests._waiting.delete(batch);
    if (!isSent || isRefused) return false;
    for (const message of messages) message._isSent = message._wasSent = true;
    return true;
  }

  private _answer(messages: readonly TimedMessage[], reply: unknown): void {
    const refusal = errorIn(reply);
    const results: unknown = Object(reply).results;
    messages.forEach((message, index) => {
      const result: unknown = Array.isArray(results) ? results[index] : undefined;
      this._requests._end(message, undefined, refusal ? reply : result);
    });
  }

  private _send(): void {
    this._stop();
    this._flush();
  }
}
