import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http/reply';
import type { Counters } from '../metrics/counters';
import { TokenBuckets } from './token-bucket';

export interface FailedKeysOptions {
  /** Wrong keys a minute from one address; 0 is no limit. */
  readonly perMinute: number;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly counters: Counters;
  /** Ms, of a clock that never goes back. */
  readonly now: () => number;
}

/** Keeps an address from guessing keys: after too many wrong ones it is not listened to for a while, right ones included. */
export class FailedKeys {
  readonly #options: FailedKeysOptions;
  readonly #failures: TokenBuckets;

  constructor(options: FailedKeysOptions) {
    this.#options = options;
    this.#failures = new TokenBuckets(options.perMinute / 60, options.perMinute);
  }

  /** Runs the check of a request's key. Throws what it throws, or a 429 in place of it. */
  check(request: IncomingMessage, check: () => void): void {
    const { addressOf, now, counters } = this.#options;
    const address = addressOf(request);
    const wait = this.#failures.wait(address, now());
    if (wait > 0) {
      counters.refused('rate_limited', 'failed_keys_per_minute');
      throw new HttpError(
        429,
        'rate_limited',
        'too many wrong keys came from this address; try again later',
        {
          'Retry-After': String(Math.ceil(wait / 1_000)),
        },
      );
    }
    try {
      check();
    } catch (error) {
      // To send no key is a mistake, not a guess.
      if (request.headers.authorization !== undefined) this.#failures.take(address, now());
      throw error;
    }
  }

  /**
   * Counts an attempt before it is checked, for what is checked at length: many at once would all be begun before the first
   * has failed. Returns the ms until another may be made, 0 where this one may.
   */
  attempt(request: IncomingMessage): number {
    const { addressOf, now, counters } = this.#options;
    const wait = this.#failures.take(addressOf(request), now());
    if (wait > 0) counters.refused('rate_limited', 'failed_keys_per_minute');
    return wait;
  }

  /** Forgets addresses that have been quiet. */
  prune(): void {
    this.#failures.prune(this.#options.now());
  }
}
