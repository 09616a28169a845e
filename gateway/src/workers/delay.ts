/** Ms that a worker has to have served for its end not to count as a failure to start. */
const HEALTHY = 10_000;
const FIRST = 200;
const MOST = 30_000;

/** How long to wait before the next worker takes a place, where they die again and again. */
export class RestartDelay {
  #delay = 0;

  /** Ms from now. `served`: how long the one that died has served. */
  next(served: number): number {
    if (served >= HEALTHY) this.#delay = 0;
    const delay = this.#delay;
    this.#delay = Math.min(Math.max(2 * delay, FIRST), MOST);
    return delay;
  }
}
