import type { Namespace } from 'socket.io';
import { Delivery, type DeliveryOptions } from './delivery/delivery';
import { logKey, type RoomLog } from './log/room-log';
import type { Graces } from './presence/graces';
import { Room } from './room';

export interface SpaceOptions extends DeliveryOptions {
  /** For members whose connection is lost; none where they leave at once. */
  readonly graces: Graces | undefined;
}

/** What the gateway keeps for one namespace: its rooms, and the way to their members. */
export class Space {
  readonly delivery: Delivery;
  readonly log: RoomLog | undefined;
  readonly graces: Graces | undefined;
  readonly #rooms = new Map<string, Room>();

  constructor(
    readonly namespace: Namespace,
    options: SpaceOptions,
  ) {
    this.delivery = new Delivery(namespace, options, (name) => this.room(name));
    this.log = options.log;
    this.graces = options.graces;
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
      room = new Room(name, logKey(this.name, name));
      this.#rooms.set(name, room);
      this.log?.hold(room.key);
    }
    room.holders += 1;
    return room;
  }

  release(room: Room): void {
    room.holders -= 1;
    if (room.holders > 0) return;
    this.#rooms.delete(room.name);
    this.log?.release(room.key);
  }
}
