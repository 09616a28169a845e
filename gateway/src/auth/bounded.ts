import { isThenable } from '../replies';

type Later<T> = T | PromiseLike<T>;

/** Somebody else's code that did not answer in time. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/**
 * Waits for an answer no longer than `ms`: a program's callback that hangs must not hold up a connection for ever.
 * Rejects with `TookTooLong`; what comes later is dropped.
 */
export function withinTime<T>(answer: Later<T>, ms: number): Later<T> {
  if (!isThenable(answer)) return answer;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new TookTooLong(`no answer within ${ms} ms`)), ms);
    const settled =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer);
        settle(value);
      };
    answer.then(settled(resolve), settled(reject));
  });
}
