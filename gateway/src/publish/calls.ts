import { PublishError } from './error';

/** What is under way, so that closing can wait for it. */
export class Calls {
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new PublishError('closed', 'the publisher is closed; create another');
    const promise = call();
    this.#underWay.add(promise);
    try {
      return await promise;
    } finally {
      this.#underWay.delete(promise);
    }
  }

  /** Lets nothing more begin. Resolves when all has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }
}
