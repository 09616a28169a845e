import { expect } from 'vitest';
import type { Outcome } from './campaign';

/** What has to hold after any campaign; prints its figures. */
export function expectUnharmed(outcome: Outcome, target: number): void {
  report(outcome);
  const { before, after } = outcome;
  expect(outcome.faults).toEqual([]);
  const isReplay = process.env.TOPORIA_FUZZ_PATH !== undefined;
  if (!isReplay) expect(outcome.frames).toBeGreaterThanOrEqual(target);
  // The witnesses' streams, complete: their order is theirs to watch.
  expect(outcome.received).toEqual(outcome.sent.toReversed());
  expect(outcome.sent[0]).toBeGreaterThan(0);
  expect(outcome.ticks.received).toBe(outcome.ticks.sent);
  // Nothing of the attackers is left, and the memory is that of before, within what a heap varies by.
  const { heap: heapAfter, ...restAfter } = after;
  const { heap: heapBefore, ...restBefore } = before;
  expect({ ...restAfter, external: undefined }).toEqual({ ...restBefore, external: undefined });
  expect(after).toMatchObject({ connections: 2, sockets: 2, namespaces: 1 });
  expect(heapAfter).toBeLessThan(heapBefore * 1.5 + 4_000_000);
}

function report({ frames, seed, before, after, quiet, attacked, sent }: Outcome): void {
  const ratio = (p: number) => (percentile(attacked, p) / percentile(quiet, p)).toFixed(1);
  const mega = (bytes: number) => (bytes / 1e6).toFixed(1);
  console.info(
    `${frames} hostile frames (seed ${seed}); ${sent[0] + sent[1]} messages beside them, none lost. ` +
      `Their acks took p50 ${percentile(attacked, 0.5).toFixed(1)} ms, ${ratio(0.5)} times that of quiet; ` +
      `p99 ${percentile(attacked, 0.99).toFixed(1)} ms, ${ratio(0.99)} times. ` +
      `Heap ${mega(before.heap)} MB before, ${mega(after.heap)} MB after.`,
  );
}

function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}
