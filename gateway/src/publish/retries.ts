import { PublishError } from './error';

export interface Patience {
  /** Ms for all tries together. */
  readonly timeout: number;
  /** Ms for one try. */
  readonly attemptTimeout: number;
  /** Tries after the first. */
  readonly retries: number;
}

/** @throws {TypeError} for a number that can't be. */
export function readPatience(given: Partial<Patience>): Patience {
  const read = (name: keyof Patience, usual: number) => {
    const { [name]: value = usual } = given;
    if (typeof value === 'number' && value >= 0) return value;
    throw new TypeError(`${name} is ${JSON.stringify(value)}: it must be a number from 0 on`);
  };
  return {
    timeout: read('timeout', 15_000),
    attemptTimeout: read('attemptTimeout', 5_000),
    retries: read('retries', Number.POSITIVE_INFINITY),
  };
}

const FIRST_DELAY = 100;
const LONGEST_DELAY = 2_000;

/**
 * Tries until it succeeds, fails for good, or the time is over. The error at the end is that of the last try, and knows
 * whether any of them may have got through.
 */
export async function tryUntilDone<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { timeout, attemptTimeout, retries }: Patience,
  signal?: AbortSignal,
): Promise<T> {
  const end = Date.now() + timeout;
  let maybePublished = false;
  for (let tries = 0; ; tries++) {
    if (signal?.aborted) throw aborted(signal, maybePublished);
    try {
      return await within(Math.max(1, Math.min(attemptTimeout, end - Date.now())), signal, attempt);
    } catch (cause) {
      if (signal?.aborted) throw aborted(signal, true);
      if (!(cause instanceof PublishError)) throw cause;
      maybePublished ||= cause.maybePublished;
      const delay = cause.retryAfter ?? delayAfter(tries);
      if (!cause.retryable || tries >= retries || Date.now() + delay >= end)
        throw known(cause, maybePublished);
      await pause(delay, signal);
    }
  }
}

/** Runs one try, with a signal that fires when its time is over. */
async function within<T>(
  time: number,
  signal: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => {
    controller.abort(
      new PublishError('timeout', `no answer came within ${time} ms`, {
        maybePublished: true,
        retryable: true,
      }),
    );
  }, time);
  signal?.addEventListener('abort', abort);
  try {
    return await attempt(controller.signal);
  } catch (error) {
    if (controller.signal.reason instanceof PublishError) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** Half of it is left to chance, so that many don't come back at once. */
function delayAfter(tries: number): number {
  return Math.min(FIRST_DELAY * 2 ** tries, LONGEST_DELAY) * (0.5 + Math.random() / 2);
}

function aborted(signal: AbortSignal, maybePublished: boolean): PublishError {
  return new PublishError('aborted', 'the call was aborted', { maybePublished, cause: signal.reason });
}

function known(error: PublishError, maybePublished: boolean): PublishError {
  if (error.maybePublished === maybePublished) return error;
  const { code, message, status, retryable, retryAfter, cause } = error;
  return new PublishError(code, message, { status, retryable, retryAfter, cause, maybePublished });
}
