import { describe, test } from 'vitest';
import { seedsToRun } from './schedule';
import { survives } from './seeded';

describe.concurrent('many random schedules of faults', () => {
  test.for(seedsToRun(300))('seed %i', async (seed) => {
    await survives(seed);
  });
});
