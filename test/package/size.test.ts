import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../support/run';

const script = fileURLToPath(new URL('../../bench/size.mjs', import.meta.url));

test('what users download stays within its limits', async () => {
  const { stdout, stderr } = await run(process.execPath, [script, '--json']);
  expect(stderr).toBe('');
  const sizes: Record<string, { bytes: number; limit?: number }> = JSON.parse(stdout);
  const limited = Object.entries(sizes).filter(([, { limit }]) => limit !== undefined);
  expect(limited.length).toBeGreaterThan(0);
  const tooLarge = limited.filter(([, { bytes, limit = 0 }]) => bytes > limit);
  expect(tooLarge).toEqual([]);
});
