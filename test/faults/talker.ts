import type { Fate } from './account';

/** A message of a numbered stream. */
export interface Numbered {
  from: string;
  n: number;
}

/** One who sends a numbered stream, and writes down what it gets of those of others. */
export abstract class Talker {
  /** By sender. */
  readonly received = new Map<string, (number | 'gap')[]>();
  readonly fates = new Map<number, Fate>();
  /** Numbers that were sent so far. */
  sent = 0;
  readonly #pending = new Set<Promise<void>>();
  readonly #heard: (() => void)[] = [];

  /** @param senders whom it listens to. */
  constructor(
    readonly name: string,
    senders: readonly string[],
  ) {
    for (const sender of senders) if (sender !== name) this.received.set(sender, []);
  }

  /** Sends a message. Resolves with what it is told of it. */
  protected abstract deliver(message: Numbered): Promise<Fate>;

  /** Sends the next number. */
  send(more: object = {}): Promise<void> {
    const n = ++this.sent;
    this.fates.set(n, 'unknown');
    const sent = this.deliver({ from: this.name, n, ...more }).then((fate) => void this.fates.set(n, fate));
    this.#pending.add(sent);
    return sent.then(() => void this.#pending.delete(sent));
  }

  /** Messages that have not been answered for. */
  get unanswered(): number {
    return this.#pending.size;
  }

  /** Resolves when each message has been answered for. */
  async answered(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Resolves when the number has come. */
  async hears(sender: string, n: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!this.received.get(sender)?.includes(n)) return;
        this.#heard.splice(this.#heard.indexOf(check), 1);
        resolve();
      };
      this.#heard.push(check);
      check();
    });
  }

  protected hear({ from, n }: Numbered): void {
    this.received.get(from)?.push(n);
    for (const check of [...this.#heard]) check();
  }

  protected missed(): void {
    for (const stream of this.received.values()) stream.push('gap');
  }
}
