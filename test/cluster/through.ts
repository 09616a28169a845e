import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Crowd } from './crowd';
import { sameRosters } from './rosters';

/** Longest that the rosters may differ after a fault, in ms. */
const ROSTERS = 10_000;

export interface Survived {
  /** Gaps that each member with the SDK was told of. */
  gaps: number[];
  /** Ms from the end of the fault until all rosters were the same. */
  rosters: number;
  /** What became of all that was sent since the crowd gathered. */
  figures: Crowd['figures'];
}

/** Lets a fault happen while everyone talks, and holds the account of every message until all is well again. */
export async function through(crowd: Crowd, fault: () => Promise<unknown>): Promise<Survived> {
  const before = crowd.gaps;
  let rosters = 0;
  await crowd.talkWhile(async () => {
    await after(300);
    await fault();
    rosters = await sameRosters(crowd, ROSTERS);
    await after(300);
  });
  await crowd.settle();
  expect(crowd.account()).toEqual({});
  // What is sent at least once is sent again until it is taken.
  expect(crowd.members.flatMap(({ errors }) => errors)).toEqual([]);
  await sameRosters(crowd, ROSTERS);
  return {
    gaps: crowd.gaps.map((count, index) => count - (before[index] ?? 0)),
    rosters: Math.round(rosters),
    figures: crowd.figures,
  };
}
