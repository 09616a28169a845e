import type { Namespace } from 'socket.io';
import { Delivery } from './delivery/dialects';
import { Room } from './room';

/** What the gateway keeps for one namespace: its rooms, and the way to their members. */
export class Space {
  readonly delivery: Delivery;
  readonly #rooms = new Map<string, Room>();

  constructor(
    readonly namespace: Namespace,
    /** No other process serves members of this namespace. */
    alone: boolean,
  ) {
    this.delivery = new Delivery(namespace, alone);
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
      room = new Room(name);
      this.#rooms.set(name, room);
    }
    room.holders += 1;
    return room;
  }

  release(room: Room): void {
    room.holders -= 1;
    if (room.holders === 0) this.#rooms.delete(room.name);
  }
}
