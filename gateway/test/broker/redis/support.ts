import { EventEmitter, once } from 'node:events';
import type { Position } from '../../../../src/protocol';
import type {
  BrokerListener,
  BrokerMessage,
  BrokerState,
  Heard,
  RoomKey,
  RosterChange,
  RosterPage,
} from '../../../src/broker/broker';
import type { RedisBrokerOptions, RedisSettings } from '../../../src/broker/redis/options';
import { RedisBroker } from '../../../src/broker/redis/redis-broker';
import { Payload } from '../../../src/delivery/payload';
import { silentLogger } from '../../../src/logger';

export const bounds = { age: 120_000, messages: 1_000, bytes: 1_000_000 };

export function redisSettings(port: number, others: Partial<RedisSettings> = {}): RedisSettings {
  return { host: '127.0.0.1', port, db: 0, tls: false, prefix: 'realtime:', ...others };
}

/** A node with a record of all that it was told. */
export class TestNode implements BrokerListener, AsyncDisposable {
  readonly broker: RedisBroker;
  readonly messages: Heard[] = [];
  readonly gaps: [RoomKey, Position][] = [];
  readonly changes: [RoomKey, RosterChange][] = [];
  readonly pages: [RoomKey, RosterPage][] = [];
  readonly tellings: unknown[] = [];
  readonly states: BrokerState[] = [];
  timesForgotten = 0;
  readonly #events = new EventEmitter().setMaxListeners(100);

  constructor(port: number, others: Partial<RedisSettings> = {}, options: Partial<RedisBrokerOptions> = {}) {
    this.broker = new RedisBroker({
      redis: redisSettings(port, others),
      bounds,
      repeatsAge: 300_000,
      logger: silentLogger,
      ...options,
    });
  }

  /** One that runs; settled when it is ready. */
  static async start(...args: ConstructorParameters<typeof TestNode>): Promise<TestNode> {
    const node = new TestNode(...args);
    node.broker.start(node);
    await node.until(() => node.broker.state.status === 'ready');
    return node;
  }

  /** Waits until something holds, looking whenever the node is told something. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#events, 'told');
  }

  /** What was heard of a room: the ids in order. */
  heardOf(room: RoomKey): string[] {
    return this.messages.filter((heard) => heard.room === room).map(({ message }) => message.id);
  }

  async enter(room: RoomKey, isPresence = false): Promise<void> {
    this.broker.enter(room, isPresence);
    await this.broker.position(room);
  }

  heard(heard: Heard): void {
    this.messages.push(heard);
    this.#events.emit('told');
  }

  gap(room: RoomKey, position: Position): void {
    this.gaps.push([room, position]);
    this.#events.emit('told');
  }

  roster(room: RoomKey, change: RosterChange): void {
    this.changes.push([room, change]);
    this.#events.emit('told');
  }

  rosterIs(room: RoomKey, page: RosterPage): void {
    this.pages.push([room, page]);
    this.#events.emit('told');
  }

  told(_node: string, what: unknown): void {
    this.tellings.push(what);
    this.#events.emit('told');
  }

  state(state: BrokerState): void {
    this.states.push(state);
    this.#events.emit('told');
  }

  forgotten(): void {
    this.timesForgotten++;
    this.#events.emit('told');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker.stop();
  }
}

export function message(id: string, others: Partial<BrokerMessage> = {}, ...args: unknown[]): BrokerMessage {
  return {
    id,
    event: 'message.sent',
    payload: new Payload(args.length > 0 ? args : [{ text: id }]),
    timestamp: 1_764_000_000_000,
    sender: undefined,
    notFor: [],
    except: [],
    volatile: false,
    once: false,
    ...others,
  };
}
