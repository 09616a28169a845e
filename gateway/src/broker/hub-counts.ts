/** What each node counts, and the sums. */
export class HubCounts {
  readonly #byWhat = new Map<string, Map<string, number>>();

  /** Gives the sum over all nodes after the change. */
  change(node: string, what: string, change: 1 | -1): number {
    const counts = this.#byWhat.get(what) ?? new Map<string, number>();
    const count = Math.max(0, (counts.get(node) ?? 0) + change);
    if (count > 0) counts.set(node, count);
    else counts.delete(node);
    if (counts.size > 0) this.#byWhat.set(what, counts);
    else this.#byWhat.delete(what);
    let sum = 0;
    for (const each of counts.values()) sum += each;
    return sum;
  }

  purge(node: string): void {
    for (const [what, counts] of this.#byWhat) {
      counts.delete(node);
      if (counts.size === 0) this.#byWhat.delete(what);
    }
  }
}
