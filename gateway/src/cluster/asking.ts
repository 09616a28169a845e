import { randomBytes } from 'node:crypto';
import type { Broker } from '../broker/broker';

/** Ms in which the others have to answer. */
const TIME = 1_000;

/** What one node asks all others. */
export type Question =
  | { readonly type: 'channels'; readonly namespace: string | undefined }
  | {
      readonly type: 'kick';
      readonly user: string;
      readonly namespaces: '*' | readonly string[];
      readonly reason: string | undefined;
    };

interface Asked {
  readonly answers: Map<string, unknown>;
  readonly check: () => void;
}

/** Asks all other nodes something, and waits for their answers for a while. */
export class Asking {
  readonly #broker: Broker;
  readonly #asked = new Map<string, Asked>();
  readonly #prefix = randomBytes(6).toString('base64url');
  #count = 0;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /**
   * The answers that come in time, and how many nodes have not answered.
   *
   * @throws {BrokerError} where they can't be asked.
   */
  async ask(question: Question): Promise<{ answers: unknown[]; missing: number }> {
    this.#count += 1;
    const id = `${this.#prefix}.${this.#count}`;
    const answers = new Map<string, unknown>();
    const silent = () =>
      this.#broker.nodes().filter((node) => node !== this.#broker.node && !answers.has(node));
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, TIME);
        const check = () => {
          if (silent().length > 0) return;
          clearTimeout(timer);
          resolve();
        };
        this.#asked.set(id, { answers, check });
        this.#broker.tell({ ask: id, question }).then(check, (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        });
      });
    } finally {
      this.#asked.delete(id);
    }
    return { answers: [...answers.values()], missing: silent().length };
  }

  /** Takes what a node has answered. */
  take(node: string, id: string, answer: unknown): void {
    const asked = this.#asked.get(id);
    asked?.answers.set(node, answer);
    asked?.check();
  }
}
