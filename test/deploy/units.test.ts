import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CliRun, cli } from '../../gateway/test/edge/cli-support';
import { temporaryFolder } from '../../gateway/test/edge/support';
import { describeWith, program } from '../support/programs';
import { run } from '../support/run';
import { deployed, endingTime, GRACE, sectionsOf, textOf } from './deployed';

/** The arguments of the gateway in a command line of `deploy/`, which is `node` and the path of a package that is installed. */
function argumentsIn(command: string | undefined): string[] {
  const [node, script, ...args] = command?.split(' ') ?? [];
  expect([node, script]).toEqual(['/usr/bin/node', 'node_modules/toporia-gateway/dist/cli.js']);
  return args;
}

async function startsAndEnds(args: string[], env: Record<string, string>): Promise<void> {
  const gateway = new CliRun([...args, '--port=0'], env);
  await gateway.prints(/listening on/);
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' });
}

const UNIT = 'systemd/toporia-gateway.service';
const settingOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(textOf(UNIT))?.[1];

describeWith('systemd-analyze', 'the unit for systemd', () => {
  /** A copy that names only what is on this machine. */
  function unitHere(change = (text: string) => text): string {
    const path = join(temporaryFolder(), 'toporia-gateway.service');
    const text = readFileSync(deployed(UNIT), 'utf8')
      .replace('/usr/bin/node', process.execPath)
      .replace('/opt/toporia-gateway', '/tmp');
    writeFileSync(path, change(text));
    return path;
  }
  const analyze = (...args: string[]) => run(program('systemd-analyze').path, args);

  it('has nothing that systemd does not know', async () => {
    expect(await analyze('verify', unitHere())).toMatchObject({ code: 0, stderr: '' });
    const wrong = unitHere((text) => text.replace('ProtectClock', 'ProtectClocks'));
    expect((await analyze('verify', wrong)).stderr).toContain('ProtectClocks');
  });

  it('leaves the gateway few rights', async () => {
    const { code, stdout } = await analyze('security', '--offline=true', '--threshold=20', unitHere());
    expect(code, stdout).toBe(0);
  });

  it('starts the gateway, and gives it the time to end', async () => {
    await startsAndEnds(argumentsIn(settingOf('ExecStart')), {});
    expect(Number(settingOf('TimeoutStopSec')) * 1_000).toBeGreaterThan(endingTime({}) + GRACE);
  });
});

describeWith('python3-yaml', 'the section for supervisor', () => {
  it('starts a gateway for each port, and gives it the time to end', async () => {
    const sections = await sectionsOf('supervisor/toporia-gateway.conf');
    expect(Object.keys(sections)).toEqual(['program:toporia-gateway']);
    const settings = sections['program:toporia-gateway'] as Record<string, string>;
    expect(settings).toMatchObject({ stopsignal: 'TERM', numprocs: '2', numprocs_start: '3000' });
    expect(settings.process_name).toContain('%(process_num)d');
    const args = argumentsIn(settings.command?.replace('%(process_num)d', '0'));
    const env = Object.fromEntries(
      [...(settings.environment ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>;
    expect(Number(settings.stopwaitsecs) * 1_000).toBeGreaterThan(endingTime(env) + GRACE);
    // Another one would be needed for Redis.
    await startsAndEnds(args, { ...env, REALTIME_BROKER: 'memory' });
  });

  it('is refused by the gateway where it has a wrong flag', async () => {
    expect(await cli(['serve', '--hots=127.0.0.1'])).toMatchObject({ code: 2 });
  });
});
