import type { RoomKind } from '../../../src/protocol';
import type { Namespaces } from '../namespaces';

/** What is in all rooms together. */
export interface RoomCounts {
  readonly rooms: Record<RoomKind, number>;
  /** One for each room that a connection is in. */
  readonly connections: Record<RoomKind, number>;
  /** One for each presence room that a user is in. */
  readonly members: number;
}

export function countRooms(namespaces: Namespaces): RoomCounts {
  const rooms = { public: 0, private: 0, presence: 0 };
  const connections = { public: 0, private: 0, presence: 0 };
  let members = 0;
  for (const space of namespaces.spaces()) {
    for (const room of space.rooms()) {
      rooms[room.kind] += 1;
      connections[room.kind] += space.delivery.connections(room);
      members += room.roster?.size ?? 0;
    }
  }
  return { rooms, connections, members };
}
