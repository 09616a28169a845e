import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { run } from '../support/run';

/** Runs a bench to its end with the last build. Returns what it measured of ours, by name. */
export async function measured<Result>(bench: string, ...flags: string[]): Promise<Record<string, Result>> {
  const path = fileURLToPath(new URL(`../../bench/${bench}/run.mjs`, import.meta.url));
  const { stdout, stderr } = await run(process.execPath, [path, '--only=Toporia', '--json', ...flags]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}
