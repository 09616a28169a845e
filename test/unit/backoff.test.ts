import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/client/backoff';

describe('backoff', () => {
  it('doubles its bound with each attempt, up to the most', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => backoff(attempt, 1_000, 5_000, 1))).toEqual([
      1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('takes any share of the bound, so that clients spread out', () => {
    expect([0, 0.25, 0.999].map((random) => backoff(3, 1_000, 60_000, random))).toEqual([0, 1_000, 3_996]);
  });

  it('is a whole number from 0 to the most, whatever is configured', () => {
    const attempt = fc.integer({ min: 1, max: 5_000 });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        attempt,
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(60_000),
        random,
        (n, first, most, r) => {
          const delay = backoff(n, first, most, r);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
