import type { Emitter } from './emitter';

/** What ends the streams of one client or room. */
export type StreamEnds = Set<() => void>;

/** An event as `for await`. Keeps what comes between two turns of the loop; `ends` and `signal` end it. */
export function eventStream<T extends unknown[]>(
  emitter: Emitter,
  event: string,
  ends: StreamEnds,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<T> {
  const waiting: T[] = [];
  let sleepers: (() => void)[] = [];
  let isOpen = true;
  const wake = () => {
    const woken = sleepers;
    sleepers = [];
    for (const go of woken) go();
  };
  const off = emitter._on(event, (...args: T) => {
    waiting.push(args);
    wake();
  });
  const end = () => {
    isOpen = false;
    off();
    ends.delete(end);
    signal?.removeEventListener('abort', end);
    wake();
  };
  ends.add(end);
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  return {
    async next() {
      while (isOpen && !waiting.length) {
        await new Promise<void>((resolve) => {
          sleepers.push(resolve);
        });
      }
      const value = waiting.shift();
      return value ? { value, done: false } : { value: undefined, done: true };
    },
    async return() {
      waiting.length = 0;
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
