import { userRoom } from '../../src/protocol';
import type { Connection, MayPublish, Membership } from './connection';
import type { Dialect } from './delivery/dialects';
import * as presence from './presence/presence';
import type { Room } from './room';

const DIALECTS: readonly Dialect[] = ['plain', 'sdk', 'echo'];

/** What a connection is admitted as. */
export interface Admission {
  /** Its entry among the members of a presence room. */
  readonly member?: { readonly user_id: string; readonly user_info: unknown };
  /** Asked before it sends anything; absent where all may. */
  readonly mayPublish?: MayPublish;
}

/** Makes a connection a member of a room, all in one step: whoever looks sees it wholly in or wholly out. */
export function enter(
  connection: Connection,
  name: string,
  admission: Admission,
  dialect: Dialect = connection.dialect,
): Membership {
  const room = connection.space.hold(name);
  const { member, mayPublish } = admission;
  const membership: Membership = { room, dialect, userId: member?.user_id, mayPublish };
  connection.rooms.set(name, membership);
  hear(connection, room);
  if (member) presence.enter(connection, room, member);
  return membership;
}

/** Has the messages of a room come in another form from now on. */
export function speak(connection: Connection, membership: Membership, dialect: Dialect): void {
  const { room } = membership;
  membership.dialect = dialect;
  for (const key of room.subscribers) void connection.socket.leave(key);
  hear(connection, room);
}

/** Puts a connection where the messages of a room come in the form that it wants, and nowhere else. */
function hear(connection: Connection, room: Room): void {
  const { socket, rooms, userRoom } = connection;
  const wanted = rooms.get(room.name)?.dialect ?? (userRoom === room ? connection.dialect : undefined);
  for (const dialect of DIALECTS) {
    for (const key of room[dialect]) void (dialect === wanted ? socket.join(key) : socket.leave(key));
  }
}

/** Lets a plain client that came by `subscribe` have the presence events of that spelling. */
export function addSubscriber(connection: Connection, room: Room): void {
  if (connection.rooms.get(room.name)?.dialect === 'plain')
    void connection.socket.join([...room.subscribers]);
}

/** Returns whether the connection was in. */
export function leave(connection: Connection, name: string): boolean {
  const membership = connection.rooms.get(name);
  if (!membership) return false;
  const { room } = membership;
  connection.rooms.delete(name);
  for (const key of room.subscribers) void connection.socket.leave(key);
  hear(connection, room);
  if (membership.userId !== undefined) presence.leave(connection, room, membership.userId);
  connection.space.release(room);
  return true;
}

/** Puts an authenticated connection where what is sent to its user goes. It counts as no room that the client joined. */
export function enterUserRoom(connection: Connection): void {
  if (!connection.user || connection.userRoom) return;
  const room = connection.space.hold(userRoom(connection.user.id));
  connection.userRoom = room;
  hear(connection, room);
}

/** Takes the connection from where what is sent to its user goes; one that also joined that room stays in it. */
export function leaveUserRoom(connection: Connection): void {
  const room = connection.userRoom;
  if (!room) return;
  connection.userRoom = undefined;
  hear(connection, room);
  connection.space.release(room);
}

/** When the connection is gone. */
export function leaveAll(connection: Connection): void {
  for (const name of [...connection.rooms.keys()]) leave(connection, name);
  if (connection.userRoom) connection.space.release(connection.userRoom);
  connection.userRoom = undefined;
}
