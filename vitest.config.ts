import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from './test/support/vitest-base.ts';

/** They use both packages as they are packed. */
const PACKAGE_TESTS = 'test/{package,examples}/**/*.test.ts';
const LONG_TESTS = '**/*.long.test.ts';
const REACT_TESTS = 'test/react/**/*.test.tsx';
const TESTING_LIBRARY = 'node_modules/@testing-library/react/dist/@testing-library/react.esm.js';
const NOT_OURS = ['**/node_modules/**', '**/dist/**'];

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: 'main',
            include: ['{test,gateway/test}/**/*.test.{ts,tsx}'],
            exclude: [...NOT_OURS, LONG_TESTS, PACKAGE_TESTS],
          },
        },
        {
          extends: true,
          resolve: {
            alias: [
              { find: /^(react|react-dom)(?=\/|$)/, replacement: path('test/react-18/node_modules/$1') },
              // Its CommonJS build would bring the other React along.
              { find: '@testing-library/react', replacement: path(TESTING_LIBRARY) },
            ],
          },
          test: {
            name: 'react-18',
            include: [REACT_TESTS],
            server: { deps: { inline: [/@testing-library\/react/] } },
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
