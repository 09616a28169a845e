import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Message {
  id?: number;
  reply?: unknown;
  fault?: string;
  url?: string;
}

/** One of the scripts beside this file, in a process of its own. */
export class Child {
  /** What went wrong in it, its end included. */
  readonly faults: string[] = [];
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (reply: unknown) => void>();
  #errors = '';
  #asked = 0;
  #stopping = false;

  private constructor(script: string, args: readonly string[]) {
    this.#process = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-4_000);
    });
    this.#process.on('message', ({ id, reply, fault }: Message) => {
      if (fault !== undefined) this.faults.push(fault);
      if (id !== undefined) this.#waiting.get(id)?.(reply);
    });
    this.#process.on('exit', (code, signal) => {
      if (!this.#stopping) this.faults.push(`${script} ended with ${code ?? signal}: ${this.#errors}`);
      for (const answer of this.#waiting.values()) answer(undefined);
    });
  }

  /** Resolves when it is ready, with what it can be reached at. */
  static async start(script: string, ...args: string[]): Promise<{ child: Child; url: string }> {
    const child = new Child(script, args);
    const ready = once(child.#process, 'message').then(([message]) => (message as Message).url);
    const ended = once(child.#process, 'exit').then(() => undefined);
    const url = await Promise.race([ready, ended]);
    if (url === undefined) throw new Error(child.faults.join('\n'));
    return { child, url };
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves with its answer; with `undefined` when it ends before. */
  ask(ask: string, details: object = {}): Promise<unknown> {
    if (!this.alive) return Promise.resolve(undefined);
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, (reply) => {
        this.#waiting.delete(id);
        resolve(reply);
      });
      this.#process.send({ id, ask, ...details });
    });
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    this.#stopping = true;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
