import { readFileSync } from 'node:fs';
import type { ViteUserConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** What every run of the tests has in common. */
export const base: ViteUserConfig = {
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time they wait.
    maxWorkers: 3,
    reporters: ['default', './test/support/skip-reporter.ts'],
  },
};
