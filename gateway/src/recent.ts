interface Entry<V> {
  readonly value: V;
  readonly at: number;
}

/** Remembers the last so many things for so long. */
export class Recent<K, V> {
  readonly #most: number;
  readonly #age: number;
  readonly #now: () => number;
  readonly #entries = new Map<K, Entry<V>>();

  /** `age` and `now`, of a clock that never goes back, in ms. */
  constructor(most: number, age: number, now: () => number) {
    this.#most = most;
    this.#age = age;
    this.#now = now;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: this.#now() });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) break;
      this.#entries.delete(oldest);
    }
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Forgets what is too old. */
  sweep(): void {
    const old = this.#now() - this.#age;
    for (const [key, { at }] of this.#entries) {
      if (at > old) break;
      this.#entries.delete(key);
    }
  }

  keys(): Iterable<K> {
    return this.#entries.keys();
  }
}
