import { it } from 'vitest';
import { Campaign } from './campaign';
import { expectUnharmed } from './outcome';

const FRAMES = 5_000;

it(`${FRAMES} hostile frames harm neither the gateway nor those beside`, { timeout: 180_000 }, async () => {
  const outcome = await new Campaign().run(FRAMES, 'gateway/test/fuzz/fuzz.test.ts');
  expectUnharmed(outcome, FRAMES);
});
