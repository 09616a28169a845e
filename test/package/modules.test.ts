import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { run, runScript } from '../support/run';

const { project } = inject('packed');

const namesByImport = (name: string) =>
  runScript(`import * as all from '${name}'; report(Object.keys(all).sort());`, project);
const namesByRequire = (name: string) =>
  runScript(`report(Object.keys(require('${name}')).sort());`, project, 'commonjs');

describe.each([
  ['toporia-realtime', ['RealtimeError', 'ToporiaRealtime', 'default']],
  ['toporia-realtime/echo', ['ToporiaConnector']],
  ['toporia-gateway', ['createGateway']],
  ['toporia-gateway/testing', ['startTestGateway']],
  ['toporia-gateway/publisher', ['createPublisher', 'PublishError']],
])('%s from the tarball', (name, expected) => {
  test('gives the same exports by import and by require', async () => {
    const [imported, required] = await Promise.all([namesByImport(name), namesByRequire(name)]);
    expect(imported).toEqual(expect.arrayContaining(expected));
    expect(required).toEqual(imported);
  });
});

describe('toporia-realtime in Node', () => {
  const roundTrip = `
    const gateway = await startTestGateway();
    const [one, other] = [new ToporiaRealtime(gateway.url), new ToporiaRealtime(gateway.url)];
    await Promise.all([one.join('room'), other.join('room')]);
    const received = new Promise((resolve) => other.on('greeting', resolve));
    one.emit('greeting', { text: 'hello' });
    report(await received);
    one.disconnect();
    other.disconnect();
    await gateway.stop();`;

  test('talks to the gateway as an ES module', async () => {
    const code = `
      import { ToporiaRealtime } from 'toporia-realtime';
      import { startTestGateway } from 'toporia-gateway/testing';
      ${roundTrip}`;
    expect(await runScript(code, project)).toEqual({ text: 'hello' });
  });

  test('talks to the gateway as a CommonJS module', async () => {
    const code = `
      const { ToporiaRealtime } = require('toporia-realtime');
      const { startTestGateway } = require('toporia-gateway/testing');
      (async () => {${roundTrip}})();`;
    expect(await runScript(code, project, 'commonjs')).toEqual({ text: 'hello' });
  });
});

describe.each(['umd', 'slim.umd'])('the script tag build %s, copied elsewhere', (kind) => {
  const file = `toporia-realtime.${kind}.min.js`;

  test('is a CommonJS module', async () => {
    const folder = join(project, kind);
    mkdirSync(folder);
    copyFileSync(join(project, 'node_modules/toporia-realtime/dist', file), join(folder, 'sdk.cjs'));
    const code = `
      const ToporiaRealtime = require('./sdk.cjs');
      report([typeof ToporiaRealtime, typeof ToporiaRealtime.RealtimeError]);`;
    expect(await runScript(code, folder, 'commonjs')).toEqual(['function', 'function']);
  });

  test('is an AMD module', async () => {
    const code = `
      const { readFileSync } = require('node:fs');
      const { runInNewContext } = require('node:vm');
      const defined = [];
      const define = Object.assign((factory) => defined.push(factory()), { amd: {} });
      const file = require.resolve('toporia-realtime/dist/${file}');
      runInNewContext(readFileSync(file, 'utf8'), { define, setTimeout, queueMicrotask });
      report(defined.map((value) => typeof value));`;
    expect(await runScript(code, project, 'commonjs')).toEqual(['function']);
  });
});

describe('toporia-gateway from the tarball', () => {
  test('is a command that tells its version', async () => {
    const command = join(project, 'node_modules/.bin/toporia-gateway');
    expect(await run(command, ['--version'], { cwd: project })).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });
});
