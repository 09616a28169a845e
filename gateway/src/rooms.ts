import { userRoom } from '../../src/protocol';
import type { Connection, MayPublish, Membership } from './connection';
import type { Dialect } from './delivery/dialects';
import * as presence from './presence/presence';
import type { Room } from './room';

/** What a connection is admitted as. */
export interface Admission {
  /** Its entry among the members of a presence room. */
  readonly member?: { readonly user_id: string; readonly user_info: unknown };
  /** Asked before it sends anything; absent where all may. */
  readonly mayPublish?: MayPublish;
}

const keysOf = (room: Room, dialect: Dialect) => [...(dialect === 'sdk' ? room.sdk : room.plain)];

/** Makes a connection a member of a room, all in one step: whoever looks sees it wholly in or wholly out. */
export function enter(connection: Connection, name: string, admission: Admission): Membership {
  const room = connection.space.hold(name);
  const membership = { room, userId: admission.member?.user_id, mayPublish: admission.mayPublish };
  connection.rooms.set(name, membership);
  void connection.socket.join(keysOf(room, connection.dialect));
  if (admission.member) presence.enter(connection, room, admission.member);
  return membership;
}

/** Lets a plain client that came by `subscribe` have the presence events of that spelling. */
export function addSubscriber(connection: Connection, room: Room): void {
  if (connection.dialect === 'plain') void connection.socket.join([...room.subscribers]);
}

/** Returns whether the connection was in. */
export function leave(connection: Connection, name: string): boolean {
  const membership = connection.rooms.get(name);
  if (!membership) return false;
  const { room } = membership;
  connection.rooms.delete(name);
  for (const key of room.subscribers) void connection.socket.leave(key);
  if (connection.userRoom !== room) {
    for (const key of keysOf(room, connection.dialect)) void connection.socket.leave(key);
  }
  if (membership.userId !== undefined) presence.leave(connection, room, membership.userId);
  connection.space.release(room);
  return true;
}

/** Puts an authenticated connection where what is sent to its user goes. It counts as no room that the client joined. */
export function enterUserRoom(connection: Connection): void {
  if (!connection.user || connection.userRoom) return;
  const room = connection.space.hold(userRoom(connection.user.id));
  connection.userRoom = room;
  void connection.socket.join(keysOf(room, connection.dialect));
}

/** Takes the connection from where what is sent to its user goes; one that also joined that room stays in it. */
export function leaveUserRoom(connection: Connection): void {
  const room = connection.userRoom;
  if (!room) return;
  connection.userRoom = undefined;
  if (!connection.rooms.has(room.name)) {
    for (const key of keysOf(room, connection.dialect)) void connection.socket.leave(key);
  }
  connection.space.release(room);
}

/** When the connection is gone. */
export function leaveAll(connection: Connection): void {
  for (const name of [...connection.rooms.keys()]) leave(connection, name);
  if (connection.userRoom) connection.space.release(connection.userRoom);
  connection.userRoom = undefined;
}
