import type { Gathered } from './messages';

/** Ms that a worker may take to answer. Who does not is left out. */
const PATIENCE = 2_000;

interface Round {
  readonly missing: Set<number>;
  readonly answers: Gathered[];
  readonly timer: NodeJS.Timeout;
  done(answers: readonly Gathered[]): void;
}

/** Asks several workers the same, and gathers what they answer. */
export class Gathering {
  readonly #rounds = new Map<number, Round>();
  #calls = 0;

  /** `ask` is called for each worker. */
  begin(
    workers: readonly number[],
    ask: (worker: number, call: number) => void,
    done: (answers: readonly Gathered[]) => void,
  ): void {
    this.#calls += 1;
    const call = this.#calls;
    const timer = setTimeout(() => this.#end(call), PATIENCE);
    this.#rounds.set(call, { missing: new Set(workers), answers: [], timer, done });
    for (const worker of workers) ask(worker, call);
    if (workers.length === 0) this.#end(call);
  }

  answered(worker: number, call: number, answer: unknown): void {
    const round = this.#rounds.get(call);
    if (!round?.missing.delete(worker)) return;
    round.answers.push({ worker, answer });
    if (round.missing.size === 0) this.#end(call);
  }

  /** The worker is gone, and answers nothing any more. */
  lose(worker: number): void {
    for (const [call, { missing }] of [...this.#rounds]) {
      if (missing.delete(worker) && missing.size === 0) this.#end(call);
    }
  }

  stop(): void {
    for (const call of [...this.#rounds.keys()]) this.#end(call);
  }

  #end(call: number): void {
    const round = this.#rounds.get(call);
    if (!round) return;
    this.#rounds.delete(call);
    clearTimeout(round.timer);
    round.done(round.answers.sort((one, other) => one.worker - other.worker));
  }
}
