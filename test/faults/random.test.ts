import { describe, test } from 'vitest';
import { seedsToRun } from './schedule';
import { survives } from './seeded';

describe.concurrent('random schedules of faults', { timeout: 120_000 }, () => {
  test.for(seedsToRun(20))('seed %i: every message comes once and in order, or is reported', (seed) => {
    return survives(seed);
  });
});
