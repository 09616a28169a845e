import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import resolve from '@rollup/plugin-node-resolve';
import { type OutputChunk, rollup } from 'rollup';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import gateway from '../../gateway/package.json' with { type: 'json' };
import sdk from '../../package.json' with { type: 'json' };
import { runScript } from '../support/run';

const packed = inject('packed');

/** Within the project that has both packages, so that all but the peers is found there. */
const project = join(packed.project, 'with-peers');

const PEERS = Object.keys(sdk.peerDependencies);
/** What ours import, and what may leave behind as it likes. */
const FOREIGN = [...Object.keys({ ...sdk.dependencies, ...gateway.dependencies }), ...PEERS];
const SDK_ENTRIES = Object.keys(sdk.exports)
  .filter((path) => !path.endsWith('.min.js') && !path.endsWith('.json'))
  .map((path) => path.replace('.', 'toporia-realtime'));
const ENTRIES = [...SDK_ENTRIES, 'toporia-gateway', 'toporia-gateway/testing', 'toporia-gateway/publisher'];

beforeAll(() => {
  const ours = 'node_modules/toporia-realtime';
  cpSync(join(packed.project, ours), join(project, ours), { recursive: true });
  for (const name of PEERS) {
    const from = fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
    symlinkSync(from, join(project, 'node_modules', name));
  }
});

/** What importing a module could leave behind, told by a function that runs in the child process. */
const SNAPSHOT = `
  const snapshot = () => ({
    globals: Reflect.ownKeys(globalThis).map(String).sort(),
    prototypes: [Object, Array, Function, Promise, String, Map, Set, Error].flatMap(({ prototype }) =>
      Reflect.ownKeys(prototype).map(String)),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    resources: process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name)),
  });`;

describe('pain 20: on a server, importing does nothing beyond what the imported packages of others do', () => {
  test.each(ENTRIES)('%s as an ES module', async (entry) => {
    const { before, after } = (await runScript(
      `${SNAPSHOT}
      for (const name of ${JSON.stringify(FOREIGN)}) await import(name);
      const before = snapshot();
      await import('${entry}');
      report({ before, after: snapshot() });`,
      project,
    )) as Record<string, unknown>;
    expect(after).toEqual(before);
  });

  test.each(ENTRIES)('%s as a CommonJS module', async (entry) => {
    const { before, after } = (await runScript(
      `${SNAPSHOT}
      for (const name of ${JSON.stringify(FOREIGN)}) require(name);
      const before = snapshot();
      require('${entry}');
      report({ before, after: snapshot() });`,
      project,
      'commonjs',
    )) as Record<string, unknown>;
    expect(after).toEqual(before);
  });
});

/** What a bundler with these conditions makes of an entry, as a script that sets `entry`; the peers that it imports are globals. */
async function bundled(entry: string, exportConditions: string[]): Promise<OutputChunk> {
  const input = '\0entry';
  const plugins = [
    {
      name: 'entry',
      resolveId: (id: string) => (id === input ? id : null),
      load: (id: string) =>
        id === input ? `import * as all from '${entry}'; entry.names = Object.keys(all).join();` : null,
    },
    resolve({ browser: true, exportConditions, rootDir: project }),
  ];
  const bundle = await rollup({
    input,
    plugins,
    external: (id) => PEERS.some((name) => id === name || id.startsWith(`${name}/`)),
    // A bundler for browsers has no use for 'use client'.
    onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
  });
  const { output } = await bundle.generate({ format: 'iife', globals: asGlobal });
  await bundle.close();
  return output[0];
}

const asGlobal = (name: string) => `peer_${name.replaceAll(/\W/g, '_')}`;

describe.each([['react-native'], ['worker']])(
  'pain 20: where there is no window and no document, as %s',
  (condition) => {
    test.each(SDK_ENTRIES)('%s', async (entry) => {
      const { code, imports } = await bundled(entry, [condition, 'import', 'production']);
      const peers = imports.map(async (name) => [asGlobal(name), await import(name)] as const);
      const globals = {
        ...Object.fromEntries(await Promise.all(peers)),
        setTimeout,
        clearTimeout,
        setInterval,
        clearInterval,
        queueMicrotask,
        URL,
        TextEncoder,
        entry: { names: '' },
      };
      const context = { ...globals };
      runInNewContext(`"use strict"; ${code}`, context);
      const inNode = `report(Object.keys(await import('${entry}')).join())`;
      expect(context.entry.names).toBe(await runScript(inNode, project));
      expect(Object.keys(context)).toEqual(Object.keys(globals));
    });
  },
);
