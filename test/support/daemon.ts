import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

/** A program that runs until it is told to end, in a process group of its own, so that a signal reaches its children too. */
export class Daemon implements AsyncDisposable {
  #process: ChildProcess | undefined;
  #output = '';
  readonly #atExit = () => this.signal('SIGKILL');

  constructor(
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  get pid(): number {
    if (!this.#process?.pid) throw new Error(`${this.program} does not run`);
    return this.#process.pid;
  }

  /** What it has written, on both streams, since the last start. */
  get output(): string {
    return this.#output;
  }

  get runs(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  start(): void {
    this.#output = '';
    this.#process = spawn(this.program, this.args, {
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Else it would outlive a run of the tests that is broken off.
    process.once('exit', this.#atExit);
    this.#process.once('exit', () => process.off('exit', this.#atExit));
    this.#process.on('error', (error) => {
      this.#output += error.message;
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (text) => {
        this.#output += text;
      });
    }
  }

  /** Resolves when something listens on the port. Rejects with what the program wrote, when it ends instead. */
  async listens(port: number): Promise<void> {
    while (this.runs) {
      if (await accepts(port)) return;
      await after(10);
    }
    throw new Error(`${this.program} ended before it listened on ${port}: ${this.#output}`);
  }

  /** To the whole group. */
  signal(signal: NodeJS.Signals): void {
    if (this.runs) process.kill(-this.pid, signal);
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#process || !this.runs) return;
    const gone = once(this.#process, 'exit');
    this.signal(signal);
    await gone;
  }

  /** The same, but the signal goes to the program alone, which has to see to its children itself. */
  async endByItself(signal: NodeJS.Signals): Promise<void> {
    if (!this.#process || !this.runs) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill(signal);
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
