import type { Claim } from '../broker';
import type { Connection } from './connection';
import type { Keys } from './keys';
import { CLAIM, SETTLE } from './node-scripts';
import type { Nodes } from './nodes';

/** Ms that a claim holds unless it is renewed. */
const HOLDS = 30_000;
/** Ms that it is tried to say how something went, where Redis is gone. */
const SETTLE_FOR = 10_000;

/** What must be done once over all nodes. */
export class Claims {
  readonly #open = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly nodes: Nodes,
    /** Ms that the outcome is remembered. */
    private readonly age: number,
  ) {}

  async claim(id: string): Promise<Claim> {
    const key = this.keys.claim(id);
    let held = await this.#claim(key, '');
    if (held?.startsWith('?')) {
      const [dead] = await this.nodes.dead([held.slice(1)]);
      if (dead === undefined) return { type: 'busy' };
      held = await this.#claim(key, dead);
      if (held?.startsWith('?')) return { type: 'busy' };
    }
    if (held !== null) return { type: 'done', outcome: held.slice(1) };
    const { life } = this.nodes;
    this.#open.set(key, life);
    return { type: 'mine', settle: (outcome) => this.#settle(key, life, outcome) };
  }

  /** Goes on holding what is under way. */
  async renew(): Promise<void> {
    for (const [key, life] of this.#open) {
      await this.connection.run(SETTLE, [key], [life, `?${life}`, HOLDS]);
    }
  }

  async #claim(key: string, dead: string): Promise<string | null> {
    const args = [this.nodes.life, HOLDS, dead];
    return (await this.connection.run(CLAIM, [key], args)) as string | null;
  }

  async #settle(key: string, life: string, outcome: string | undefined): Promise<void> {
    this.#open.delete(key);
    const args = [life, outcome === undefined ? '' : `=${outcome}`, this.age];
    const settle = () => this.connection.run(SETTLE, [key], args);
    try {
      await settle();
    } catch {
      await this.connection.ready(SETTLE_FOR);
      await settle();
    }
  }
}
