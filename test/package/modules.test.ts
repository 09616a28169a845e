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
  ['toporia-gateway', ['createGateway']],
  ['toporia-gateway/testing', ['startTestGateway']],
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
