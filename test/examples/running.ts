import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { userEnvironment } from '../support/packed';
import type { Example } from './example';

/** A script of an example that goes on until it is told to end; it is gone when the test ends. */
export class Running {
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();
  private isOver = false;

  constructor(example: Example, script: string, env: NodeJS.ProcessEnv, ...more: string[]) {
    const [program, args] = example.command(script, ...more);
    this.child = spawn(program, args, {
      cwd: example.folder,
      env: { ...userEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the processes that it starts end with it.
      detached: true,
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        this.isOver = true;
        this.wake();
        resolve(code ?? (signal as NodeJS.Signals));
      });
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.wake();
      });
    }
    onTestFinished(async () => {
      this.killGroup();
      await this.ended;
    });
  }

  /** Resolves with the first line that matches, printed already or to come. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.isOver) throw new Error(`It ended before it printed ${pattern}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  private killGroup(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private wake(): void {
    for (const go of this.watchers) go();
    this.watchers.clear();
  }
}
