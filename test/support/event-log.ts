/** What a handler was called with, first the event's name. */
export type Entry = [event: string, ...args: unknown[]];

/** What has happened, in order, and a way to wait for what is to happen. */
export class EventLog {
  readonly entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  note(event: string, ...args: unknown[]): void {
    this.entries.push([event, ...args]);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** What each call with that name was given first. */
  values(event: string): unknown[] {
    return this.entries.filter(([name]) => name === event).map(([, value]) => value);
  }

  get names(): string[] {
    return this.entries.map(([name]) => name);
  }

  /** Resolves with the arguments of the `count`-th entry of that name, as soon as there is one. */
  async until(event: string, count = 1): Promise<unknown[]> {
    for (;;) {
      const found = this.entries.filter(([name]) => name === event)[count - 1];
      if (found) return found.slice(1);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  clear(): void {
    this.entries.length = 0;
  }
}

interface Source {
  on(event: string, handler: (...args: never[]) => unknown): unknown;
}

/** Notes each of these events of a client, a room or a socket. */
export function logOf(source: object, ...events: string[]): EventLog {
  const log = new EventLog();
  for (const event of events) {
    (source as Source).on(event, (...args: unknown[]) => log.note(event, ...args));
  }
  return log;
}
