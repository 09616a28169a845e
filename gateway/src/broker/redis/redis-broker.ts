import type { Position } from '../../../../src/protocol';
import type { LogPage } from '../../log/room-log';
import type {
  Broker,
  BrokerListener,
  BrokerMessage,
  BrokerState,
  Claim,
  Heard,
  RoomKey,
  RosterEntry,
  RosterPage,
} from '../broker';
import { Claims } from './claims';
import { Connection } from './connection';
import { Counts } from './counts';
import { Foreign } from './foreign';
import { Keys } from './keys';
import { LogReader } from './log-reader';
import { APPEND, READ } from './log-scripts';
import { Nodes, nodeOf } from './nodes';
import { type RedisBrokerOptions, USUAL_TIMING } from './options';
import { Publishing } from './publishing';
import { Rooms } from './rooms';
import { JOIN, LEAVE, PURGE, SNAPSHOT, UPDATE } from './roster-scripts';
import { Rosters } from './rosters';
import { StreamWatch } from './stream-watch';
import { Upkeep } from './upkeep';

/** Loaded before anything else, or the first uses of one could overtake each other. */
const SCRIPTS = [APPEND, READ, JOIN, LEAVE, UPDATE, PURGE, SNAPSHOT];

/** Links gateways by Redis 7.0 or later. */
export class RedisBroker implements Broker {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #reader: LogReader;
  readonly #nodes: Nodes;
  readonly #rosters: Rosters;
  readonly #rooms: Rooms;
  readonly #watch: StreamWatch;
  readonly #foreign: Foreign;
  readonly #counts: Counts;
  readonly #claims: Claims;
  readonly #publishing: Publishing;
  readonly #upkeep: Upkeep;
  #listener: BrokerListener | undefined;
  #isForgotten = false;

  constructor(private readonly options: RedisBrokerOptions) {
    const { redis, logger, repeatsAge } = options;
    this.#keys = new Keys(redis.prefix);
    this.#connection = new Connection(
      redis,
      {
        prepare: () => this.#prepare(),
        state: (state) => this.#changed(state),
        published: (channel, text) => this.#safely(() => this.#published(channel, text)),
      },
      logger,
    );
    const [connection, keys] = [this.#connection, this.#keys];
    this.#nodes = new Nodes(connection, keys, options.timing ?? USUAL_TIMING, {
      gone: (life) => void this.#bury(life),
      renewed: () => this.#renewed(),
    });
    this.#reader = new LogReader(connection, keys, options);
    this.#rosters = new Rosters(connection, keys, this.#nodes);
    this.#watch = new StreamWatch(connection, keys, redis.db, () => this.#rooms);
    this.#rooms = new Rooms({
      connection,
      keys,
      reader: this.#reader,
      rosters: this.#rosters,
      announced: (room) => this.#watch.announced(room),
      channels: (room) => this.#watch.channels(keys.streamOf(room)),
      listener: {
        heard: (room, heard) => this.#heard(room, heard),
        volatile: (room, heard) => this.#heard(room, { ...heard, position: undefined }),
        gap: (room, position) => this.#safely(() => this.#listener?.gap(room, position)),
        roster: (room, change) => this.#safely(() => this.#listener?.roster(room, change)),
        rosterIs: (room, page) => this.#safely(() => this.#listener?.rosterIs(room, page)),
      },
    });
    this.#foreign = new Foreign({
      connection,
      keys,
      reader: this.#reader,
      rooms: this.#rooms,
      repeatsAge,
      logger,
      volatile: (room, message) => this.#heard(room, { message, rooms: undefined, position: undefined }),
    });
    this.#counts = new Counts(connection, keys, this.#nodes);
    this.#claims = new Claims(connection, keys, this.#nodes, repeatsAge);
    this.#publishing = new Publishing(connection, keys, this.#reader, repeatsAge);
    this.#upkeep = new Upkeep({
      reader: this.#reader,
      rooms: this.#rooms,
      age: options.bounds.age,
      isReady: () => this.state.status === 'ready',
      sweep: () => this.#foreign.sweep(),
      refresh: () => this.#counts.settle(true),
      renew: () => this.#claims.renew(),
    });
  }

  get node(): string {
    return this.#nodes.node;
  }

  get state(): BrokerState {
    return this.#connection.state;
  }

  start(listener: BrokerListener): void {
    this.#listener = listener;
    this.#connection.start();
    this.#upkeep.start();
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#upkeep.stop();
    this.#watch.stop();
    this.#rooms.stop();
    if (this.state.status === 'ready') {
      await Promise.allSettled([this.#rosters.leaveAll(), this.#counts.clear()]);
    }
    await this.#nodes.stop().catch(() => {});
    await this.#connection.stop();
  }

  enter(room: RoomKey, isPresence: boolean): void {
    this.#rooms.enter(room, isPresence);
  }

  exit(room: RoomKey): void {
    this.#rooms.exit(room);
    this.#upkeep.touched(room);
  }

  publish(rooms: readonly RoomKey[], message: BrokerMessage): Promise<readonly (Position | undefined)[]> {
    if (!message.volatile) for (const room of rooms) this.#upkeep.touched(room);
    return this.#publishing.publish(rooms, message);
  }

  async position(room: RoomKey): Promise<Position> {
    await this.#entered(room);
    const known = this.state.status === 'ready' ? this.#rooms.get(room)?.log.position : undefined;
    if (known) return known;
    const { epoch, offset } = await this.#reader.end(room);
    return { epoch, offset };
  }

  async since(room: RoomKey, position: Position): Promise<LogPage> {
    await this.#entered(room);
    return this.#reader.since(room, position);
  }

  async last(room: RoomKey, count: number): Promise<LogPage> {
    await this.#entered(room);
    return this.#reader.last(room, count);
  }

  async join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry> {
    return this.#rosters.join(room, user, userInfo);
  }

  async leave(room: RoomKey, user: string): Promise<void> {
    return this.#rosters.leave(room, user);
  }

  async update(room: RoomKey, user: string, userInfo: unknown): Promise<void> {
    return this.#rosters.update(room, user, userInfo);
  }

  async roster(room: RoomKey): Promise<RosterPage> {
    await this.#entered(room);
    return this.#rosters.snapshot(room);
  }

  async tell(what: unknown): Promise<void> {
    const text = JSON.stringify({ life: this.#nodes.life, what });
    await this.#connection.send((client) => client.publish(this.#keys.control, text));
  }

  nodes(): readonly string[] {
    return this.#nodes.all();
  }

  async count(what: string, change: 1 | -1): Promise<number> {
    return this.#counts.change(what, change);
  }

  async claim(id: string): Promise<Claim> {
    return this.#claims.claim(id);
  }

  /** What is read of a room waits until this node hears it. */
  async #entered(room: RoomKey): Promise<void> {
    await this.#rooms.get(room)?.ready;
  }

  async #prepare(): Promise<void> {
    const connection = this.#connection;
    await connection.send(async (client) => {
      const all = 'nodes' in client ? client.nodes('master') : [client];
      await Promise.all(all.flatMap((node) => SCRIPTS.map(({ source }) => node.script('LOAD', source))));
    });
    await this.#nodes.begin();
    await this.#watch.begin();
    await connection.listen((client) => client.subscribe(this.#keys.control));
    await connection.listen((client) => client.psubscribe(this.#keys.pattern));
  }

  #changed(state: BrokerState): void {
    if (state.status === 'ready' && this.#isForgotten) {
      this.#isForgotten = false;
      this.#safely(() => this.#listener?.forgotten());
    }
    this.#safely(() => this.#listener?.state(state));
    if (state.status !== 'ready') return;
    void this.#rooms.resume();
    for (const owed of [this.#rosters.settle(), this.#counts.settle(false)]) owed.catch(() => {});
  }

  /** Whatever was written under the former name is void. */
  #renewed(): void {
    this.#rosters.forget();
    this.#counts.forget();
    if (this.state.status === 'ready') this.#safely(() => this.#listener?.forgotten());
    else this.#isForgotten = true;
  }

  /** Takes the users of a node that is dead out of the rosters that this node looks at. */
  async #bury(life: string): Promise<void> {
    for (const room of [...this.#rooms.all()]) {
      if (!room.isPresence || room.isLeft) continue;
      await this.#rosters.purge(room.key, life).catch(() => {});
    }
  }

  #published(channel: string, text: string): void {
    if (this.#watch.published(channel, text)) return;
    if (this.#rooms.published(channel, text)) return;
    if (channel === this.#keys.control) {
      const { life, what } = JSON.parse(text);
      this.#nodes.met(life);
      if (nodeOf(life) !== this.node) this.#listener?.told(nodeOf(life), what);
    } else if (channel.startsWith(this.#keys.prefix)) {
      this.#foreign.published(channel, text);
    }
  }

  #heard(
    room: RoomKey,
    heard: Omit<Heard, 'room' | 'rooms'> & { rooms: readonly RoomKey[] | undefined },
  ): void {
    const { message, position, rooms = [room] } = heard;
    this.#safely(() => this.#listener?.heard({ room, message, position, rooms }));
  }

  /** A mistake in one message must not cost those that come after it. */
  #safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.options.logger.error({ err: error }, 'what came by Redis could not be handled');
    }
  }
}
