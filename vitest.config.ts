import vue from '@vitejs/plugin-vue';
import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from './test/support/vitest-base.ts';

/** They use both packages as they are packed. */
const PACKAGE_TESTS = 'test/{package,examples}/**/*.test.ts';
const LONG_TESTS = '**/*.long.test.ts';
const NOT_OURS = ['**/node_modules/**', '**/dist/**'];

export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          plugins: [vue()],
          test: {
            name: 'main',
            include: ['{test,gateway/test}/**/*.test.{ts,tsx}'],
            exclude: [...NOT_OURS, LONG_TESTS, PACKAGE_TESTS],
          },
        },
        {
          extends: true,
          test: {
            name: 'package',
            include: [PACKAGE_TESTS],
            exclude: [...NOT_OURS, LONG_TESTS],
            globalSetup: './test/support/packed-setup.ts',
            testTimeout: 120_000,
            hookTimeout: 180_000,
          },
        },
      ],
    },
  }),
);
