import type { Position } from '../../../src/protocol';
import type {
  Broker,
  BrokerMessage,
  BrokerState,
  Heard,
  RosterChange,
  RosterPage,
} from '../../src/broker/broker';
import { Payload } from '../../src/delivery/payload';

/** Several nodes, and what can befall them. */
export interface Cluster {
  /** A broker that has not started. */
  connect(): Broker;
  /** It ends without a word. Resolves when the others have taken it for dead. */
  kill(node: string): Promise<void>;
  /** It can't reach the others from now on, but is not taken for dead within the time of a test. */
  cut(node: string): Promise<void>;
  mend(node: string): Promise<void>;
  /** It is held up until the others have taken it for dead, and goes on then as if nothing had been. */
  suspend?(node: string): Promise<void>;
  resume?(node: string): Promise<void>;
  /** After the test, with all nodes stopped. */
  end(): Promise<void>;
}

type Told =
  | { type: 'heard'; heard: Heard }
  | { type: 'gap'; room: string; position: Position }
  | { type: 'roster'; room: string; change: RosterChange }
  | { type: 'rosterIs'; room: string; page: RosterPage }
  | { type: 'told'; node: string; what: unknown }
  | { type: 'state'; state: BrokerState }
  | { type: 'forgotten' };

/** A node with all that it was told. */
export class TestNode {
  readonly told: Told[] = [];
  #wake: (() => void)[] = [];

  constructor(readonly broker: Broker) {}

  /** Resolves when it is ready. */
  async start(): Promise<this> {
    this.broker.start({
      heard: (heard) => this.#note({ type: 'heard', heard }),
      gap: (room, position) => this.#note({ type: 'gap', room, position }),
      roster: (room, change) => this.#note({ type: 'roster', room, change }),
      rosterIs: (room, page) => this.#note({ type: 'rosterIs', room, page }),
      told: (node, what) => this.#note({ type: 'told', node, what }),
      state: (state) => this.#note({ type: 'state', state }),
      forgotten: () => this.#note({ type: 'forgotten' }),
    });
    await this.until(() => this.broker.state.status === 'ready');
    return this;
  }

  get node(): string {
    return this.broker.node;
  }

  /** Resolves as soon as it holds; looks again whenever something was told. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  of<T extends Told['type']>(type: T): Extract<Told, { type: T }>[] {
    return this.told.filter((each): each is Extract<Told, { type: T }> => each.type === type);
  }

  /** The numbers of the messages that it heard in a room. */
  numbers(room: string): unknown[] {
    return this.of('heard').flatMap(({ heard }) =>
      heard.room === room ? [heard.message.payload.decode()[0]] : [],
    );
  }

  /** The users of a room, as it was told. */
  users(room: string): string[] {
    const users = new Set<string>();
    for (const each of this.told) {
      if (each.type === 'rosterIs' && each.room === room) {
        users.clear();
        for (const user of each.page.members.keys()) users.add(user);
      }
      if (each.type !== 'roster' || each.room !== room) continue;
      if (each.change.type === 'left') users.delete(each.change.user);
      else users.add(each.change.user);
    }
    return [...users].sort();
  }

  #note(told: Told): void {
    this.told.push(told);
    for (const wake of this.#wake.splice(0)) wake();
  }
}

let made = 0;

/** A message that says its number. */
export function message(number: unknown, more: Partial<BrokerMessage> = {}): BrokerMessage {
  made += 1;
  return {
    event: 'message',
    payload: new Payload([number]),
    id: `id-${process.pid}-${made}`,
    timestamp: Date.now(),
    notFor: [],
    except: [],
    volatile: false,
    once: false,
    ...more,
  };
}

/** A room that no other test has. */
export function room(name = 'r'): string {
  made += 1;
  return `/ ${name}.${process.pid}.${made}`;
}

/** Starts a cluster of so many nodes, which are ready, and stopped when the test ends. */
export type Start = (count: number) => Promise<{ cluster: Cluster; nodes: TestNode[] }>;

export async function two(start: Start) {
  const { cluster, nodes } = await start(2);
  const [a, b] = nodes as [TestNode, TestNode];
  return { cluster, a, b };
}
