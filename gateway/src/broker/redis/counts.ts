import type { Connection } from './connection';
import type { Keys } from './keys';
import { COUNT } from './node-scripts';
import type { Nodes } from './nodes';
import { TIME_TO_LIVE } from './options';

/** What each node has of something, and all together. A node writes down what it has, so that what was missed is made good. */
export class Counts {
  readonly #mine = new Map<string, number>();
  readonly #unsure = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly nodes: Nodes,
  ) {}

  async change(what: string, change: 1 | -1): Promise<number> {
    this.#set(what, change);
    try {
      return await this.#write(what);
    } catch (error) {
      // What was refused is not counted.
      this.#set(what, -change);
      this.#unsure.add(what);
      throw error;
    }
  }

  /** This node has nothing by the name that it has now. */
  forget(): void {
    this.#mine.clear();
    this.#unsure.clear();
  }

  /** Writes down what may not be there. `all`: also what should be. */
  async settle(all: boolean): Promise<void> {
    if (all) for (const what of this.#mine.keys()) this.#unsure.add(what);
    await Promise.all(
      [...this.#unsure].map(async (what) => {
        await this.#write(what);
        this.#unsure.delete(what);
      }),
    );
  }

  async clear(): Promise<void> {
    await this.connection.send(async (client) => {
      await Promise.all(
        [...this.#mine.keys()].map((what) => client.hdel(this.keys.count(what), this.nodes.life)),
      );
    });
    this.#mine.clear();
  }

  #set(what: string, change: number): void {
    const sum = (this.#mine.get(what) ?? 0) + change;
    if (sum > 0) this.#mine.set(what, sum);
    else this.#mine.delete(what);
  }

  async #write(what: string): Promise<number> {
    const key = this.keys.count(what);
    const mine = this.#mine.get(what) ?? 0;
    const reply = await this.connection.run(COUNT, [key], [this.nodes.life, mine, TIME_TO_LIVE]);
    const shares = reply as string[];
    const others = new Map<string, number>();
    for (let at = 0; at < shares.length; at += 2) {
      others.set(shares[at] as string, Number(shares[at + 1]));
    }
    const dead = await this.nodes.dead([...others.keys()]);
    if (dead.length > 0) {
      this.connection.send((client) => client.hdel(key, ...dead)).catch(() => {});
    }
    let sum = 0;
    for (const [life, share] of others) if (!dead.includes(life)) sum += share;
    return sum;
  }
}
