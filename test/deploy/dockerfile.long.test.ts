import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../gateway/test/edge/support';
import { run } from '../support/run';
import { unusedPort } from '../support/unused-port';
import { type Stage, saidOf, stagesOf, wordsOf } from './dockerfile';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UNWANTED = /\/(node_modules|dist)$/;

/** Does what a stage says in a folder that stands for its root; gives the one that it works in. */
function build(stage: Stage, root: string, rootOf: (name: string) => string): string {
  let cwd = root;
  for (const { name, rest } of stage.instructions) {
    if (name === 'WORKDIR') {
      cwd = join(root, rest);
      mkdirSync(cwd, { recursive: true });
    } else if (name === 'RUN') {
      execFileSync('sh', ['-c', rest], { cwd, stdio: 'pipe', env: { PATH: process.env.PATH } });
    } else if (name === 'COPY') {
      const words = rest.split(' ');
      const from = words[0]?.startsWith('--from=') ? words.shift()?.slice(7) : undefined;
      const target = words.pop() ?? '';
      for (const word of words) {
        const source = from ? join(rootOf(from), word) : resolve(ROOT, word);
        // A folder's content, but a file into a folder.
        const to = word.endsWith('/') ? resolve(cwd, target) : resolve(cwd, target, basename(word));
        const filter = from ? undefined : (path: string) => !UNWANTED.test(path);
        cpSync(source, to, { recursive: true, verbatimSymlinks: true, ...(filter && { filter }) });
      }
    }
  }
  return cwd;
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'exit');
  return code;
}

it('the steps of the Dockerfile make a gateway that starts, is healthy, and ends on SIGTERM', async () => {
  const folder = temporaryFolder();
  const rootOf = (name: string) => join(folder, name);
  const stages = stagesOf();
  const app = stages.map((stage) => build(stage, rootOf(stage.name ?? 'last'), rootOf)).at(-1);
  const last = stages.at(-1);
  const port = await unusedPort();
  const env = { PATH: process.env.PATH, REALTIME_SOCKETIO_PORT: `${port}` };
  const [node = '', ...args] = [...wordsOf(saidOf(last, 'ENTRYPOINT')), ...wordsOf(saidOf(last, 'CMD'))];
  const gateway = spawn(node, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    gateway.kill('SIGKILL');
  });
  let output = '';
  gateway.stdout?.on('data', (text) => {
    output += text;
  });
  await expect.poll(() => output, { timeout: 20_000 }).toContain('listening on');
  const [check = '', ...rest] = wordsOf(saidOf(last, 'HEALTHCHECK'));
  const healthy = () => run(check, rest, { cwd: app as string, env });
  expect(await healthy()).toMatchObject({ code: 0, stderr: '' });
  const gone = ended(gateway);
  gateway.kill('SIGTERM');
  expect(await gone).toBe(0);
  expect((await healthy()).code).toBe(1);
  // What Redis needs is in it too.
  const found = await run(node, ['-e', "require.resolve('ioredis')"], {
    cwd: join(app as string, 'gateway'),
  });
  expect(found).toMatchObject({ code: 0, stderr: '' });
});
