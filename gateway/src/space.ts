import type { Namespace } from 'socket.io';
import type { Cluster } from './cluster/cluster';
import type { Places } from './cluster/places';
import { Delivery, type DeliveryOptions } from './delivery/delivery';
import type { Readers } from './log/readers';
import { logKey, type RoomLog } from './log/room-log';
import type { Graces } from './presence/graces';
import { Room } from './room';

export interface SpaceOptions extends DeliveryOptions {
  /** For members whose connection is lost; none where they leave at once. */
  readonly graces: Graces | undefined;
  /** Other nodes that have members, too. */
  readonly cluster: Cluster | undefined;
  readonly readers: Readers;
}

/** What the gateway keeps for one namespace: its rooms, and the way to their members. */
export class Space {
  readonly delivery: Delivery;
  readonly log: RoomLog | undefined;
  readonly graces: Graces | undefined;
  readonly cluster: Cluster | undefined;
  readonly readers: Readers;
  readonly #rooms = new Map<string, Room>();

  constructor(
    readonly namespace: Namespace,
    options: SpaceOptions,
  ) {
    this.delivery = new Delivery(namespace, options, (name) => this.room(name));
    this.log = options.log;
    this.graces = options.graces;
    this.cluster = options.cluster;
    this.readers = options.readers;
  }

  get name(): string {
    return this.namespace.name;
  }

  /** The rooms that somebody is in. */
  rooms(): Iterable<Room> {
    return this.#rooms.values();
  }

  room(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** The room of that name, made where there is none, and kept until as many releases. */
  hold(name: string): Room {
    let room = this.#rooms.get(name);
    if (!room) {
      const { cluster } = this;
      room = new Room(name, logKey(this.name, name), cluster !== undefined);
      this.#rooms.set(name, room);
      this.log?.hold(room.key);
      if (cluster) {
        cluster.broker.enter(room.key, room.roster !== undefined);
        if (room.roster) void cluster.load(room);
      }
    }
    room.holders += 1;
    return room;
  }

  release(room: Room): void {
    room.holders -= 1;
    if (room.holders > 0) return;
    this.#rooms.delete(room.name);
    this.log?.release(room.key);
    this.cluster?.broker.exit(room.key);
  }

  /** Who tells the broker who is here. */
  get places(): Places | undefined {
    return this.cluster?.places;
  }

  /** Does something once the members that a presence room has on other nodes are known. */
  knowing<T>(name: string, deed: () => T): T | Promise<Awaited<T>> {
    const { cluster } = this;
    if (!cluster) return deed();
    const room = this.hold(name);
    return cluster
      .load(room)
      .then(deed)
      .finally(() => this.release(room)) as Promise<Awaited<T>>;
  }
}
