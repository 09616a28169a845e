import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from './test/support/vitest-base.ts';

export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: ['{test,gateway/test}/**/*.long.test.ts'],
      // Those of the examples use both packages as they are packed.
      globalSetup: './test/support/packed-setup.ts',
      testTimeout: 600_000,
      passWithNoTests: true,
    },
  }),
);
