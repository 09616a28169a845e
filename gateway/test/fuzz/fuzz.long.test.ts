import { it } from 'vitest';
import { Campaign } from './campaign';
import { expectUnharmed } from './outcome';

const FRAMES = 100_000;

it(`${FRAMES} hostile frames harm neither the gateway nor those beside`, { timeout: 3_600_000 }, async () => {
  const outcome = await new Campaign().run(
    FRAMES,
    'gateway/test/fuzz/fuzz.long.test.ts --config vitest.long.config.ts',
  );
  expectUnharmed(outcome, FRAMES);
});
