/** By how much sums of fractions may be wrong. */
const ROUNDING = 1e-6;

/**
 * Allows `rate` units a second in the long run and `burst` at once.
 *
 * Of its own, since a library's answer is a promise: that would cost each message a tick, and its place in the order.
 */
export class TokenBucket {
  readonly #msPerUnit: number;
  readonly #burst: number;
  /** When the bucket will be full again. All else follows from it, so there is nothing to refill. */
  #fullAt: number;

  /** `now` in ms, of a clock that never goes back, as in the other calls. */
  constructor(rate: number, burst: number, now: number) {
    this.#msPerUnit = 1_000 / rate;
    this.#burst = burst;
    this.#fullAt = now;
  }

  /** Ms until `units` may be taken; 0 is at once. What is more than the burst may be taken when the bucket is full. */
  wait(units: number, now: number): number {
    const spare = Math.max(0, this.#burst - units) * this.#msPerUnit;
    const wait = this.#fullAt - now - spare;
    return wait <= ROUNDING ? 0 : Math.ceil(wait - ROUNDING);
  }

  /** Takes `units`, on credit if need be. */
  spend(units: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + units * this.#msPerUnit;
  }

  /** Takes `units` if they may be taken. Returns the ms until then, 0 when it has taken them. */
  take(units: number, now: number): number {
    const wait = this.wait(units, now);
    if (wait === 0) this.spend(units, now);
    return wait;
  }

  /** Units that may be taken at once. */
  left(now: number): number {
    return Math.max(0, this.#burst - Math.max(0, this.#fullAt - now) / this.#msPerUnit);
  }

  /** Units that were taken on credit. */
  debt(now: number): number {
    const debt = (this.#fullAt - now) / this.#msPerUnit - this.#burst;
    return debt > ROUNDING ? debt : 0;
  }

  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    return this.#fullAt <= now;
  }
}

/** One bucket for each key, kept only while it isn't full. */
export class TokenBuckets {
  readonly #rate: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** A `rate` of 0 is no limit. */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
  }

  get size(): number {
    return this.#buckets.size;
  }

  wait(key: string, now: number): number {
    return this.#buckets.get(key)?.wait(1, now) ?? 0;
  }

  take(key: string, now: number): number {
    if (this.#rate === 0) return 0;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(this.#rate, this.#burst, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(1, now);
  }

  /** Forgets those that are full again. */
  prune(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}
