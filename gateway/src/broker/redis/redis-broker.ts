import type { Position } from '../../../../src/protocol';
import type { LogPage } from '../../log/room-log';
import type {
  Broker,
  BrokerListener,
  BrokerMessage,
  BrokerState,
  Claim,
  RoomKey,
  RosterEntry,
  RosterPage,
} from '../broker';
import { inTime } from './answered';
import { APPEND, READ } from './log-scripts';
import type { RedisBrokerOptions } from './options';
import { makeParts, type Parts } from './parts';
import { JOIN, LEAVE, PURGE, SNAPSHOT, UPDATE } from './roster-scripts';
import { Told } from './told';

/** Loaded before anything else, or the first uses of one could overtake each other. */
const SCRIPTS = [APPEND, READ, JOIN, LEAVE, UPDATE, PURGE, SNAPSHOT];

/** Ms until a node takes those out who are in rosters by its former name. */
const BURIAL_AFTER = 2_000;
/** Ms that it may take to leave Redis in order. */
const LEAVE_WITHIN = 2_000;

/** Links gateways by Redis 7.0 or later. */
export class RedisBroker implements Broker {
  readonly #parts: Parts;
  readonly #told: Told;
  #isForgotten = false;
  #burial: NodeJS.Timeout | undefined;

  constructor(options: RedisBrokerOptions) {
    this.#told = new Told(options.logger);
    this.#parts = makeParts(options, this.#told, {
      prepare: () => this.#prepare(),
      state: (state) => this.#changed(state),
      gone: (life) => void this.#bury(life, this.#parts.rooms.presence()),
      renewed: (former) => this.#renewed(former),
    });
  }

  get node(): string {
    return this.#parts.nodes.node;
  }

  get state(): BrokerState {
    return this.#parts.connection.state;
  }

  start(listener: BrokerListener): void {
    this.#told.begin(listener);
    this.#parts.connection.start();
    this.#parts.upkeep.start();
  }

  async stop(staying = 0): Promise<void> {
    this.#told.end();
    clearTimeout(this.#burial);
    this.#parts.upkeep.stop();
    this.#parts.watch.stop();
    this.#parts.rooms.stop();
    if (this.state.status === 'ready') {
      await inTime(this.#leave(staying > 0), LEAVE_WITHIN).catch(() => {});
    }
    this.#parts.nodes.end();
    await this.#parts.connection.stop();
  }

  enter(room: RoomKey, isPresence: boolean): void {
    this.#parts.rooms.enter(room, isPresence);
  }

  exit(room: RoomKey): void {
    this.#parts.rooms.exit(room);
    this.#parts.upkeep.touched(room);
  }

  publish(rooms: readonly RoomKey[], message: BrokerMessage): Promise<readonly (Position | undefined)[]> {
    if (!message.volatile) for (const room of rooms) this.#parts.upkeep.touched(room);
    return this.#parts.publishing.publish(rooms, message);
  }

  async position(room: RoomKey): Promise<Position> {
    await this.#entered(room);
    const known = this.state.status === 'ready' ? this.#parts.rooms.get(room)?.log.position : undefined;
    if (known) return known;
    const { epoch, offset } = await this.#parts.reader.end(room);
    return { epoch, offset };
  }

  async since(room: RoomKey, position: Position): Promise<LogPage> {
    await this.#entered(room);
    return this.#parts.reader.since(room, position);
  }

  async last(room: RoomKey, count: number): Promise<LogPage> {
    await this.#entered(room);
    return this.#parts.reader.last(room, count);
  }

  async join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry> {
    return this.#parts.rosters.join(room, user, userInfo);
  }

  async leave(room: RoomKey, user: string): Promise<void> {
    return this.#parts.rosters.leave(room, user);
  }

  async update(room: RoomKey, user: string, userInfo: unknown): Promise<void> {
    return this.#parts.rosters.update(room, user, userInfo);
  }

  async roster(room: RoomKey): Promise<RosterPage> {
    await this.#entered(room);
    return this.#parts.rosters.snapshot(room);
  }

  async tell(what: unknown): Promise<void> {
    await this.#parts.nodes.tell(what);
  }

  nodes(): readonly string[] {
    return this.#parts.nodes.all();
  }

  async count(what: string, change: 1 | -1): Promise<number> {
    return this.#parts.counts.change(what, change);
  }

  async claim(id: string): Promise<Claim> {
    return this.#parts.claims.claim(id);
  }

  /** What is read of a room waits until this node hears it. */
  /** Who stays is taken out by the others, once the node is dead to them. */
  async #leave(usersStay: boolean): Promise<void> {
    const { rosters, counts, nodes } = this.#parts;
    if (usersStay && rosters.hasUsers) {
      await Promise.allSettled([counts.clear(), nodes.fade()]);
    } else {
      await Promise.allSettled([rosters.leaveAll(), counts.clear()]);
      await nodes.stop();
    }
  }

  async #entered(room: RoomKey): Promise<void> {
    await this.#parts.rooms.get(room)?.ready;
  }

  async #prepare(): Promise<void> {
    const { connection, nodes, watch, keys } = this.#parts;
    await connection.send(async (client) => {
      const all = 'nodes' in client ? client.nodes('master') : [client];
      await Promise.all(all.flatMap((node) => SCRIPTS.map(({ source }) => node.script('LOAD', source))));
    });
    await nodes.begin();
    await watch.begin();
    await connection.listen((client) => client.subscribe(keys.control));
    await connection.listen((client) => client.psubscribe(keys.pattern));
  }

  #changed(state: BrokerState): void {
    if (state.status === 'ready' && this.#isForgotten) {
      this.#isForgotten = false;
      this.#told.forgotten();
    }
    this.#told.state(state);
    if (state.status !== 'ready') return;
    void this.#parts.rooms.resume();
    for (const owed of [this.#parts.rosters.settle(), this.#parts.counts.settle(false)]) owed.catch(() => {});
  }

  /** Whatever was written under the former name is void. */
  #renewed(former: string): void {
    const rooms = this.#parts.rosters.forget();
    this.#parts.counts.forget();
    if (this.state.status === 'ready') this.#told.forgotten();
    else this.#isForgotten = true;
    // By then all who are still here are there by the new name, and are not told of as if they had left.
    clearTimeout(this.#burial);
    this.#burial = setTimeout(() => void this.#bury(former, rooms), BURIAL_AFTER);
  }

  /** Takes the users of a node that is dead out of the rosters that this node looks at. */
  async #bury(life: string, rooms: readonly RoomKey[]): Promise<void> {
    for (const room of rooms) await this.#parts.rosters.purge(room, life).catch(() => {});
  }
}
