/** Upper bounds of the buckets, in seconds: a relay takes less than the first, a rule's database call more than most. */
export const BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
] as const;

/**
 * How long something took, how often. Of its own, as prom-client's histogram checks and hashes the labels at each
 * observation, which costs more than relaying a message to one member.
 */
export class Durations {
  /** Of each bucket by itself, and last those beyond all bounds. */
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    let index = 0;
    while (index < BOUNDS.length && seconds > (BOUNDS[index] as number)) index += 1;
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#sum += seconds;
  }

  /** In seconds. */
  get sum(): number {
    return this.#sum;
  }

  /** How often it took at most each of the bounds, and last how often in all. */
  cumulated(): number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => {
      total += count;
      return total;
    });
  }
}
