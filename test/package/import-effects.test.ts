import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { describe, expect, inject, test } from 'vitest';
import { runScript } from '../support/run';

const { project } = inject('packed');

/** What importing a module could leave behind, told by a function that runs in the child process. */
const SNAPSHOT = `
  const snapshot = () => ({
    globals: Reflect.ownKeys(globalThis).map(String).sort(),
    prototypes: [Object, Array, Function, Promise, String, Map, Set, Error].flatMap(({ prototype }) =>
      Reflect.ownKeys(prototype).map(String)),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    resources: process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name)),
  });`;

/** What a bundler with these conditions makes of the SDK, as a script that sets the global `sdk`. */
async function bundled(exportConditions: string[]): Promise<string> {
  const plugins = [resolve({ browser: true, exportConditions, rootDir: project })];
  const input = join(project, 'node_modules/toporia-realtime/dist/index.js');
  const bundle = await rollup({ input, plugins });
  const { output } = await bundle.generate({ format: 'iife', name: 'sdk', exports: 'named' });
  await bundle.close();
  return output[0].code;
}

describe('pain 20: importing the SDK does nothing beyond what socket.io-client does', () => {
  test('as an ES module', async () => {
    const { before, after } = (await runScript(
      `${SNAPSHOT}
      await import('socket.io-client');
      const before = snapshot();
      await import('toporia-realtime');
      report({ before, after: snapshot() });`,
      project,
    )) as Record<string, unknown>;
    expect(after).toEqual(before);
  });

  test('as a CommonJS module', async () => {
    const { before, after } = (await runScript(
      `${SNAPSHOT}
      require('socket.io-client');
      const before = snapshot();
      require('toporia-realtime');
      report({ before, after: snapshot() });`,
      project,
      'commonjs',
    )) as Record<string, unknown>;
    expect(after).toEqual(before);
  });

  test.each([['react-native'], ['worker']])(
    'where there is no window and no document, as %s',
    async (condition) => {
      const code = await bundled([condition, 'import', 'production']);
      const globals = {
        setTimeout,
        clearTimeout,
        setInterval,
        clearInterval,
        queueMicrotask,
        URL,
        TextEncoder,
      };
      const context = { ...globals, sdk: { ToporiaRealtime: undefined } };
      runInNewContext(`"use strict"; ${code.replace(/^var sdk =/m, 'globalThis.sdk =')}`, context);
      expect(typeof context.sdk.ToporiaRealtime).toBe('function');
      expect(Object.keys(context)).toEqual([...Object.keys(globals), 'sdk']);
    },
  );
});
