import type { Broker } from '../broker/broker';

/** Counts over all nodes. Where the broker can't be told, it is told later. */
export class SharedCounts {
  readonly #broker: Broker;
  readonly #here = new Map<string, number>();
  /** How far the broker knows. */
  readonly #told = new Map<string, number>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Gives the sum over all nodes after the change; `undefined` where it can't be known. */
  change(what: string, change: 1 | -1): Promise<number | undefined> {
    add(this.#here, what, change);
    return this.#tell(what, change);
  }

  /** Tells the broker what it could not be told. */
  catchUp(): void {
    for (const what of new Set([...this.#here.keys(), ...this.#told.keys()])) {
      const missing = (this.#here.get(what) ?? 0) - (this.#told.get(what) ?? 0);
      for (let left = Math.abs(missing); left > 0; left--) void this.#tell(what, missing > 0 ? 1 : -1);
    }
  }

  /** It knows nothing any more. */
  forget(): void {
    this.#told.clear();
  }

  async #tell(what: string, change: 1 | -1): Promise<number | undefined> {
    add(this.#told, what, change);
    try {
      return await this.#broker.count(what, change);
    } catch {
      add(this.#told, what, change === 1 ? -1 : 1);
      return undefined;
    }
  }
}

function add(counts: Map<string, number>, what: string, change: number): void {
  const count = (counts.get(what) ?? 0) + change;
  if (count === 0) counts.delete(what);
  else counts.set(what, count);
}
