// Servers and clients are processes of their own, which are asked one thing after the other and end with the bench.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The asking side. */
export class Process {
  #child;
  #answers = new Map();
  #asked = 0;

  constructor(file, args) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(args)], {
      serialization: 'advanced',
    });
    this.#child.on('message', ({ id, answer, error }) => {
      const { resolve, reject } = this.#answers.get(id);
      this.#answers.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    });
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#answers.values()) reject(new Error(`${file} ended with ${code}`));
    });
  }

  ask(what, details = {}) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#child.send({ id, what, details });
    });
  }

  /** Ends it without a word. */
  async kill() {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** The answering side: `does` has a function for each thing that is asked. */
export function answer(does) {
  process.on('message', async ({ id, what, details }) => {
    try {
      process.send({ id, answer: await does[what](details) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
}

export const argumentsOf = () => JSON.parse(process.argv[2]);

/** ns of a clock that all processes of a machine have in common. */
export const machineTime = () => process.hrtime.bigint();

/** Ms since then. */
export const msSince = (time) => Number(machineTime() - time) / 1e6;
