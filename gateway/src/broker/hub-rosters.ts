import type { RoomKey, RosterChange, RosterEntry, RosterPage } from './broker';

interface Place {
  entry: RosterEntry;
  readonly nodes: Set<string>;
}

type Tell = (room: RoomKey, change: RosterChange) => void;

/** Who is in the presence rooms, and on which nodes. */
export class HubRosters {
  readonly #rooms = new Map<RoomKey, Map<string, Place>>();
  /** Of each change of any room: no room's roster ever has a version twice. */
  #version = 0;
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  join(node: string, room: RoomKey, user: string, user_info: unknown): RosterEntry {
    const users = this.#rooms.get(room) ?? new Map<string, Place>();
    const place = users.get(user);
    if (place) {
      place.nodes.add(node);
      return place.entry;
    }
    const entry = { user_info, connected_at: Date.now() };
    this.#rooms.set(room, users.set(user, { entry, nodes: new Set([node]) }));
    this.#change(room, { type: 'joined', user, entry });
    return entry;
  }

  leave(node: string, room: RoomKey, user: string): void {
    const users = this.#rooms.get(room);
    const place = users?.get(user);
    if (!users || !place?.nodes.delete(node) || place.nodes.size > 0) return;
    users.delete(user);
    if (users.size === 0) this.#rooms.delete(room);
    this.#change(room, { type: 'left', user, entry: place.entry });
  }

  update(room: RoomKey, user: string, user_info: unknown): void {
    const place = this.#rooms.get(room)?.get(user);
    if (!place) return;
    place.entry = { ...place.entry, user_info };
    this.#change(room, { type: 'updated', user, entry: place.entry });
  }

  page(room: RoomKey): RosterPage {
    const members = new Map<string, RosterEntry>();
    for (const [user, { entry }] of this.#rooms.get(room) ?? []) members.set(user, entry);
    return { version: this.#version, members };
  }

  purge(node: string): void {
    for (const [room, users] of [...this.#rooms]) {
      for (const user of [...users.keys()]) this.leave(node, room, user);
    }
  }

  #change(room: RoomKey, change: Omit<RosterChange, 'version'>): void {
    this.#version += 1;
    this.#tell(room, { ...change, version: this.#version });
  }
}
