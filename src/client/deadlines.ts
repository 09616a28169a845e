import type { Clock, Timer } from './clock';
import { RealtimeError } from './errors';
import type { WaitOptions } from './options';

export function timedOut(what: string, timeout: number): RealtimeError {
  return new RealtimeError('timeout', `${what}: no answer in ${timeout} ms`);
}

/** How long a caller waits for anything: each wait has a timeout, and ends early with the caller's signal. */
export class Deadlines {
  constructor(
    readonly _clock: Clock,
    /** The client's `ackTimeout`, in ms. */
    readonly _patience = 10_000,
  ) {}

  /**
   * Calls `fail` when the time is up or the signal fires (at once when it has fired already). Returns what ends the
   * watch.
   */
  _watch(
    what: string,
    { timeout = this._patience, signal }: WaitOptions = {},
    fail: (error: RealtimeError) => void,
  ): () => void {
    let timer: Timer | undefined;
    const abort = () => fail(new RealtimeError('aborted', `${what}: aborted`, signal?.reason));
    if (signal?.aborted) abort();
    else {
      signal?.addEventListener('abort', abort);
      if (timeout < 2 ** 31) {
        timer = this._clock.set(() => fail(timedOut(what, timeout)), timeout);
      }
    }
    return () => {
      this._clock.clear(timer);
      signal?.removeEventListener('abort', abort);
    };
  }

  /** A promise for what `start` begins. `start` returns what to do when the wait is over. */
  _wait(
    what: string,
    options: WaitOptions | undefined,
    start: (done: (error?: RealtimeError) => void) => () => void,
  ): Promise<void> {
    const ends: (() => void)[] = [];
    return new Promise<void>((resolve, reject) => {
      ends.push(this._watch(what, options, reject));
      if (!options?.signal?.aborted) ends.push(start((error) => (error ? reject(error) : resolve())));
    }).finally(() => {
      for (const end of ends) end();
    });
  }
}
