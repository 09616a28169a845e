import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built command; `npm test` builds it first. */
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A run of the command: what it printed so far, and how it ended. */
export class CliRun {
  stdout = '';
  stderr = '';
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "npm run build" first`);
    // Nothing of this machine's own settings.
    const clean = { PATH: process.env.PATH ?? '', ...env };
    this.child = spawn(process.execPath, [CLI, ...args], { env: clean, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
    this.ended = once(this.child, 'close').then(([code]) => {
      return { code, stdout: this.stdout, stderr: this.stderr };
    });
    onTestFinished(() => {
      this.child.kill('SIGKILL');
    });
  }

  /** The first match in what is printed, now or later. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(`${this.stdout}\n${this.stderr}`);
      if (match) return match;
      const running = await Promise.race([
        Promise.any([once(this.child.stdout, 'data'), once(this.child.stderr, 'data')]).then(() => true),
        this.ended.then(() => false),
      ]);
      if (!running && !pattern.test(`${this.stdout}\n${this.stderr}`)) {
        throw new Error(`it ended without printing ${pattern}:\n${this.stdout}${this.stderr}`);
      }
    }
  }
}

/** Runs the command to its end. */
export function cli(args: readonly string[], env?: Record<string, string>) {
  return new CliRun(args, env).ended;
}

/** `toporia-gateway serve` on a free port, ready. */
export async function served(args: readonly string[] = [], env?: Record<string, string>) {
  const run = new CliRun(['serve', '--host=127.0.0.1', '--port=0', ...args], env);
  const [, url = ''] = await run.prints(/"url":"(http[^"]+)"/);
  return { run, url: url.replace(/\/$/, '') };
}
