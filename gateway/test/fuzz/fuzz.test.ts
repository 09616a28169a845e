import { expect, it } from 'vitest';
import { Campaign } from './campaign';
import { expectUnharmed } from './outcome';

const FRAMES = 5_000;

it(`${FRAMES} hostile frames harm neither the gateway nor those beside`, { timeout: 180_000 }, async () => {
  const outcome = await new Campaign().run(FRAMES, 'gateway/test/fuzz/fuzz.test.ts');
  expectUnharmed(outcome, FRAMES);
});

it('a fault is found, made small, and can be made again', { timeout: 180_000 }, async () => {
  const found = new Campaign('faulty').run(FRAMES, 'this.test.ts');
  const error = await found.then(
    () => new Error('nothing was found'),
    (reason: Error) => reason,
  );
  expect(error.message).toContain('uncaught exception: TypeError');
  expect(error.message).toMatch(
    /Again: TOPORIA_FUZZ_SEED=\d+ TOPORIA_FUZZ_PATH=[\d:]+ npx vitest run this\.test\.ts/,
  );
});
