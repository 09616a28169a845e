import type { Clock, Timer } from './clock';
import { RealtimeError } from './errors';
import type { WaitOptions } from './options';

/**
 * Watches over something that somebody waits for: calls `fail` once, when the time is up or the signal fires (at once
 * when it has fired already). Returns what ends the watch.
 */
export function watchDeadline(
  what: string,
  { timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions,
  clock: Clock,
  fail: (error: RealtimeError) => void,
): () => void {
  let timer: Timer | undefined;
  const stop = () => {
    clock.clear(timer);
    signal?.removeEventListener('abort', abort);
  };
  const end = (error: RealtimeError) => {
    stop();
    fail(error);
  };
  const abort = () => end(new RealtimeError('aborted', `${what} was aborted.`, signal?.reason));
  if (signal?.aborted) abort();
  else {
    signal?.addEventListener('abort', abort);
    if (timeout < Number.POSITIVE_INFINITY) {
      timer = clock.set(
        () => end(new RealtimeError('timeout', `${what} had no answer within ${timeout} ms.`)),
        timeout,
      );
    }
  }
  return stop;
}

/** A promise for what `start` begins, under a deadline. `start` returns what to do when the wait is over. */
export function waitFor(
  what: string,
  options: WaitOptions,
  clock: Clock,
  start: (done: (error?: RealtimeError) => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let release: (() => void) | undefined;
    const finish = (error?: RealtimeError) => {
      if (isOver) return;
      isOver = true;
      stop?.();
      release?.();
      if (error) reject(error);
      else resolve();
    };
    let stop: (() => void) | undefined;
    stop = watchDeadline(what, options, clock, finish);
    if (isOver) return;
    release = start(finish);
    if (isOver) release();
  });
}
