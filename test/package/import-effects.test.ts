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
});
