/**
 * Allows `rate` units a second in the long run and `burst` at once.
 *
 * Of its own, since a library's answer is a promise: that would cost each message a tick, and its place in the order.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** `now` in ms, of a clock that never goes back, as in the other calls. */
  constructor(rate: number, burst: number, now: number) {
    this.#perMs = rate / 1_000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Ms until `units` may be taken; 0 is at once. What is more than the burst may be taken when the bucket is full. */
  wait(units: number, now: number): number {
    this.#fill(now);
    const missing = Math.min(units, this.#burst) - this.#tokens;
    return missing <= 0 ? 0 : Math.ceil(missing / this.#perMs);
  }

  /** Takes `units`, on credit if need be. */
  spend(units: number, now: number): void {
    this.#fill(now);
    this.#tokens -= units;
  }

  /** Takes `units` if they may be taken. Returns the ms until then, 0 when it has taken them. */
  take(units: number, now: number): number {
    this.#fill(now);
    // Nearly all calls end here.
    if (this.#tokens >= units) {
      this.#tokens -= units;
      return 0;
    }
    const wait = this.wait(units, now);
    if (wait === 0) this.#tokens -= units;
    return wait;
  }

  /** Units that were taken on credit. */
  debt(now: number): number {
    this.#fill(now);
    return Math.max(0, -this.#tokens);
  }

  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens === this.#burst;
  }

  #fill(now: number): void {
    if (now <= this.#at) return;
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
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
