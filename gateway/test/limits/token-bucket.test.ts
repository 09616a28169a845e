import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket, TokenBuckets } from '../../src/limits/token-bucket';

describe('a token bucket', () => {
  it('gives its burst at once, then its rate', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0)]).toEqual([0, 0, 0]);
    expect(bucket.take(1, 0)).toBe(100);
    expect(bucket.take(1, 99)).toBe(1);
    expect(bucket.take(1, 100)).toBe(0);
    expect(bucket.take(1, 100)).toBe(100);
  });

  it('never holds more than its burst', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(2, 1e9), bucket.take(1, 1e9)]).toEqual([0, 100]);
  });

  it('lets more than the burst through when it is full, on credit', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect(bucket.take(5, 0)).toBe(0);
    expect(bucket.debt(0)).toBe(3);
    expect(bucket.take(1, 0)).toBe(400);
    expect(bucket.take(5, 499)).toBe(1);
    expect(bucket.take(5, 500)).toBe(0);
  });

  it('never lets more through than burst + rate × time, and what it says to wait is enough and needed', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 5 })));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 5, max: 20 }),
        steps,
        (rate, burst, all) => {
          const bucket = new TokenBucket(rate, burst, 0);
          let now = 0;
          let taken = 0;
          for (const [pause, units] of all) {
            now += pause;
            const wait = bucket.take(units, now);
            if (wait === 0) taken += units;
            else {
              expect(bucket.wait(units, now + wait - 1)).toBeGreaterThan(0);
              now += wait;
              // A millionth for the rounding of fractions.
              expect(bucket.wait(units, now + 1e-6)).toBe(0);
            }
            expect(taken).toBeLessThanOrEqual(burst + (rate * now) / 1_000 + 1e-6);
          }
        },
      ),
    );
  });
});

describe('buckets by key', () => {
  it('know nothing of each other, and are forgotten when they are full again', () => {
    const buckets = new TokenBuckets(1, 1);
    expect([buckets.take('a', 0), buckets.take('b', 0), buckets.take('a', 0)]).toEqual([0, 0, 1_000]);
    buckets.prune(999);
    expect(buckets.size).toBe(2);
    buckets.prune(1_000);
    expect(buckets.size).toBe(0);
  });

  it('keep nothing where there is no limit', () => {
    const buckets = new TokenBuckets(0, 1);
    expect([buckets.take('a', 0), buckets.take('a', 0), buckets.size]).toEqual([0, 0, 0]);
  });
});
