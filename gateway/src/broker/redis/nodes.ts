import { answered, Unanswered } from './answered';
import type { Connection } from './connection';
import type { Keys } from './keys';
import { ALIVE, HEARTBEAT } from './node-scripts';
import type { Timing } from './options';
import { freshNode } from './random';
import type { Lives } from './rosters';

export interface NodeListener {
  /** A node has died, or left. */
  gone(life: string): void;
  /** This node was taken for dead, and has a new life. */
  renewed(former: string): void;
}

/**
 * The nodes that are alive. In Redis a node has a name for each of its lives: one that was taken for dead, and was not, comes
 * back by another, so that nobody who still buries the former one takes the new.
 */
export class Nodes implements Lives {
  readonly node = freshNode();
  #life = this.node;
  #lives = 1;
  #isKnown = false;
  #alive: ReadonlySet<string> = new Set();
  /** Those of them that have ended, whose users have still to be seen elsewhere. */
  readonly #fading = new Set<string>();
  #run = '';
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly timing: Timing,
    private readonly listener: NodeListener,
  ) {}

  get life(): string {
    return this.#life;
  }

  all(): string[] {
    const others = [...this.#alive].filter((life) => !this.#fading.has(life));
    return [...new Set([this.node, ...others.map(nodeOf)])];
  }

  /** Tells all other nodes. */
  async tell(what: unknown): Promise<void> {
    const text = JSON.stringify({ life: this.#life, what });
    await this.connection.send((client) => client.publish(this.keys.control, text));
  }

  /** What a node has told, which is alive by that. */
  hear(text: string): { node: string; what: unknown } {
    const { life, what, isFading } = JSON.parse(text);
    const node = nodeOf(life);
    if (isFading) this.#fading.add(life);
    else if (node !== this.node) this.#alive = new Set(this.#alive).add(life);
    return { node, what };
  }

  isAlive(life: string): boolean {
    return life === this.#life || this.#alive.has(life);
  }

  /** Says that this node is alive, once Redis is there, and from then on. Another Redis knows nothing of it. */
  async begin(): Promise<void> {
    const { runId } = this.connection;
    if (this.#run !== '' && this.#run !== runId) this.#renew();
    this.#run = runId;
    await this.#beat();
    this.#timer ??= setInterval(() => void this.#beatInTime(), this.timing.heartbeat);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Says that this node is no more. */
  async stop(): Promise<void> {
    this.end();
    await this.connection.send((client) => client.zrem(this.keys.nodes, this.#life));
  }

  /** Says that this node is no more, and leaves its users to the others until they take it for dead. */
  async fade(): Promise<void> {
    this.end();
    const text = JSON.stringify({ life: this.#life, isFading: true });
    await this.connection.send((client) => client.publish(this.keys.control, text));
  }

  async dead(lives: readonly string[]): Promise<readonly string[]> {
    if (lives.every((life) => this.isAlive(life))) return [];
    // One that has just begun is not known here yet.
    const alive = await this.connection.run(ALIVE, [this.keys.nodes], [this.timing.deadAfter]);
    const known = new Set(alive as string[]).add(this.#life);
    return lives.filter((life) => !known.has(life));
  }

  async #beatInTime(): Promise<void> {
    if (this.connection.state.status !== 'ready' || this.#beating) return;
    this.#beating = true;
    try {
      const beat = Promise.all([this.#beat(), this.connection.listen((client) => client.ping())]);
      await answered(beat);
    } catch (error) {
      if (error instanceof Unanswered) this.connection.doubt();
    } finally {
      this.#beating = false;
    }
  }

  async #beat(): Promise<void> {
    let [isAlive, alive] = await this.#say();
    if (!isAlive) {
      this.#renew();
      [isAlive, alive] = await this.#say();
    }
    this.#isKnown = true;
    const before = this.#alive;
    this.#alive = new Set(alive);
    for (const life of before) {
      if (this.#alive.has(life) || nodeOf(life) === this.node) continue;
      this.#fading.delete(life);
      this.listener.gone(life);
    }
  }

  async #say(): Promise<[boolean, string[]]> {
    const again = this.#isKnown ? 'again' : '';
    const args = [this.#life, this.timing.deadAfter, again];
    const reply = await this.connection.run(HEARTBEAT, [this.keys.nodes], args);
    const [isAlive, alive] = reply as [number, string[]];
    return [isAlive === 1, alive];
  }

  #renew(): void {
    const former = this.#life;
    this.#lives += 1;
    this.#life = `${this.node}~${this.#lives}`;
    this.#isKnown = false;
    this.listener.renewed(former);
  }
}

/** The node that has, or had, a life. */
export function nodeOf(life: string): string {
  return life.split('~', 1)[0] as string;
}
