import type { RoomKey } from '../broker';
import type { Connection } from './connection';
import { HeardLog, type LogListener, RecentIds } from './heard-log';
import { HeardRoster, type RosterListener } from './heard-roster';
import type { Keys, RoomKeys } from './keys';
import type { LogReader } from './log-reader';
import { readAnnounced } from './message-json';
import type { Rosters } from './rosters';

/** Rooms that are entered again at once, after an outage. */
const AT_ONCE = 200;
/** Ms until an entry that failed is tried again, where Redis is there. */
const AGAIN = 1_000;

export interface EnteredRoom {
  readonly key: RoomKey;
  readonly keys: RoomKeys;
  readonly isPresence: boolean;
  readonly log: HeardLog;
  readonly roster: HeardRoster | undefined;
  /** Settled when this node hears the room. */
  ready: Promise<void>;
  isLeft: boolean;
}

interface Rest {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly reader: LogReader;
  readonly rosters: Rosters;
  readonly listener: LogListener & RosterListener & { volatile: LogListener['heard'] };
  /** Channels beside its own by which something of a room is told. */
  channels(room: RoomKey): readonly string[];
  /** A message of the room has come by its own channel. */
  announced(room: EnteredRoom): void;
}

/** The rooms that this node hears. */
export class Rooms {
  readonly recent = new RecentIds();
  readonly #rooms = new Map<RoomKey, EnteredRoom>();
  readonly #channels = new Map<string, EnteredRoom>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(private readonly rest: Rest) {}

  get(room: RoomKey): EnteredRoom | undefined {
    return this.#rooms.get(room);
  }

  all(): Iterable<EnteredRoom> {
    return this.#rooms.values();
  }

  /** Those with rosters. */
  presence(): RoomKey[] {
    return [...this.#rooms.values()].flatMap(({ isPresence, key }) => (isPresence ? [key] : []));
  }

  enter(key: RoomKey, isPresence: boolean): void {
    const known = this.#rooms.get(key);
    if (known && (known.isPresence || !isPresence)) return;
    if (known) this.#forget(known);
    const { keys, reader, rosters, listener } = this.rest;
    const failed = () => this.#again(room);
    const snapshot = () => rosters.snapshot(key);
    const room: EnteredRoom = {
      key,
      keys: keys.of(key),
      isPresence,
      log: new HeardLog(key, reader, this.recent, listener, failed),
      roster: isPresence ? new HeardRoster(key, snapshot, listener, failed) : undefined,
      ready: Promise.resolve(),
      isLeft: false,
    };
    this.#rooms.set(key, room);
    this.#channels.set(room.keys.live, room);
    this.#hear([room]);
  }

  exit(key: RoomKey): void {
    const room = this.#rooms.get(key);
    if (!room) return;
    this.#forget(room);
    this.#rooms.delete(key);
    this.#channels.delete(room.keys.live);
    this.#unsubscribe(room);
  }

  /** Redis is there, or there again: hears all rooms, and what was missed of them. */
  async resume(): Promise<void> {
    const all = [...this.#rooms.values()];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const some = all.slice(start, start + AT_ONCE).filter((room) => !room.isLeft);
      this.#hear(some);
      await Promise.allSettled(some.map(({ ready }) => ready));
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const room of this.#rooms.values()) this.#forget(room);
    this.#rooms.clear();
    this.#channels.clear();
  }

  /** Returns whether the channel is that of a room. */
  published(channel: string, text: string): boolean {
    const room = this.#channels.get(channel);
    if (!room) return false;
    const announced = readAnnounced(text);
    if (announced.roster) {
      room.roster?.announced(announced.roster);
    } else if (announced.position) {
      this.rest.announced(room);
      room.log.announced({ ...announced, position: announced.position });
    } else {
      this.rest.listener.volatile(room.key, announced as Parameters<LogListener['heard']>[1]);
    }
    return true;
  }

  #forget(room: EnteredRoom): void {
    room.isLeft = true;
    room.log.leave();
    room.roster?.leave();
  }

  #hear(rooms: readonly EnteredRoom[]): void {
    if (rooms.length === 0) return;
    const subscribed = this.#subscribe(rooms);
    for (const room of rooms) {
      room.ready = subscribed.then(async () => {
        if (room.isLeft) return;
        await Promise.all([room.log.read(), room.roster?.read()]);
      });
      room.ready.catch(() => this.#again(room));
    }
  }

  /** An outage ends with all rooms being heard anew; else it was something about this one. */
  #again(room: EnteredRoom): void {
    const { connection } = this.rest;
    if (room.isLeft || connection.state.status !== 'ready') return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!room.isLeft && connection.state.status === 'ready') this.#hear([room]);
    }, AGAIN);
    this.#timers.add(timer);
  }

  async #subscribe(rooms: readonly EnteredRoom[]): Promise<void> {
    const { connection } = this.rest;
    const live = rooms.map(({ keys }) => keys.live);
    const others = rooms.flatMap(({ key }) => this.rest.channels(key));
    await connection.listen(async (client) => {
      await Promise.all([
        ...(connection.isCluster
          ? live.map((channel) => client.ssubscribe(channel))
          : [client.subscribe(...live, ...others)]),
      ]);
    });
  }

  #unsubscribe({ key, keys }: EnteredRoom): void {
    const { connection } = this.rest;
    const others = this.rest.channels(key);
    connection
      .listen((client) =>
        connection.isCluster ? client.sunsubscribe(keys.live) : client.unsubscribe(keys.live, ...others),
      )
      .catch(() => {});
  }
}
