import { type Position, userRoom } from '../../src/protocol';
import type { Connection, MayPublish, Membership } from './connection';
import type { Dialect } from './delivery/dialects';
import { Gate } from './delivery/gate';
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

export interface Entrance {
  /** The connection's own unless given. */
  readonly dialect?: Dialect;
  /** It hears nothing before it is let in, but what is sent meanwhile is held back for it. */
  readonly silent?: boolean;
}

/** Makes a connection a member of a room, all in one step: whoever looks sees it wholly in or wholly out. */
export function enter(
  connection: Connection,
  name: string,
  admission: Admission,
  { dialect = connection.dialect, silent = false }: Entrance = {},
): Membership {
  const room = connection.space.hold(name);
  const { member, mayPublish } = admission;
  const isOwn = connection.userRoom === room;
  if (isOwn && !silent) openUserRoom(connection);
  const gate = isOwn ? connection.userGate : silent ? gateFor(connection, room) : undefined;
  const membership: Membership = { room, dialect, userId: member?.user_id, mayPublish, gate };
  connection.rooms.set(name, membership);
  hear(connection, room);
  if (member) presence.enter(connection, room, member);
  return membership;
}

/** Has the messages of a room come in another form from now on. */
export function speak(connection: Connection, membership: Membership, dialect: Dialect): void {
  const { room, gate } = membership;
  membership.dialect = dialect;
  for (const key of room.subscribers) void connection.socket.leave(key);
  if (gate) letIn(connection, room, gate, undefined, false);
  hear(connection, room);
}

/** Opens a gate: what was held back comes after what the client knows. */
export function letIn(
  connection: Connection,
  room: Room,
  gate: Gate,
  known: Position | undefined,
  stays: boolean,
): void {
  const held = gate.open(known, stays);
  if (connection.userGate === gate) connection.userGate = undefined;
  if (!held) return;
  hear(connection, room);
  for (const packet of held) connection.space.delivery.sendTo(connection.id, packet);
}

function gateFor(connection: Connection, room: Room): Gate {
  return new Gate(connection.id, connection.dialect, room.gates);
}

/** Puts a connection where the messages of a room come in the form that it wants, and nowhere else. */
function hear(connection: Connection, room: Room): void {
  const { socket } = connection;
  const wanted = wantedDialect(connection, room);
  for (const dialect of DIALECTS) {
    for (const key of room[dialect]) void (dialect === wanted ? socket.join(key) : socket.leave(key));
  }
}

/** None where nothing is to be heard, or not yet. */
function wantedDialect(connection: Connection, room: Room): Dialect | undefined {
  const membership = connection.rooms.get(room.name);
  if (membership) return membership.gate?.isShut ? undefined : membership.dialect;
  if (connection.userRoom !== room || connection.userGate?.isShut) return undefined;
  return connection.dialect;
}

/** Lets a plain client that came by `subscribe` have the presence events of that spelling. */
export function addSubscriber(connection: Connection, room: Room): void {
  if (connection.rooms.get(room.name)?.dialect === 'plain')
    void connection.socket.join([...room.subscribers]);
}

/** Returns whether the connection was in. A user whose connection was lost may come back to its place in a roster. */
export function leave(connection: Connection, name: string, wasLost = false): boolean {
  const membership = connection.rooms.get(name);
  if (!membership) return false;
  const { room, gate } = membership;
  connection.rooms.delete(name);
  if (gate !== connection.userGate) gate?.end();
  for (const key of room.subscribers) void connection.socket.leave(key);
  hear(connection, room);
  if (membership.userId !== undefined) presence.leave(connection, room, membership.userId, wasLost);
  connection.space.release(room);
  return true;
}

/**
 * Puts an authenticated connection where what is sent to its user goes. It counts as no room that the client joined. With
 * `silent` it hears nothing before `openUserRoom`.
 */
export function enterUserRoom(connection: Connection, silent = false): void {
  if (!connection.user || connection.userRoom) return;
  const room = connection.space.hold(userRoom(connection.user.id));
  connection.userRoom = room;
  if (silent) connection.userGate = gateFor(connection, room);
  hear(connection, room);
}

/** Lets a connection hear what is sent to its user from now on, and what has been held back. */
export function openUserRoom(connection: Connection): void {
  const { userGate, userRoom: room } = connection;
  if (userGate && room && !connection.closed) letIn(connection, room, userGate, undefined, false);
}

/** Takes the connection from where what is sent to its user goes; one that also joined that room stays in it. */
export function leaveUserRoom(connection: Connection): void {
  const room = connection.userRoom;
  if (!room) return;
  connection.userRoom = undefined;
  endUserGate(connection);
  hear(connection, room);
  connection.space.release(room);
}

/** When the connection is gone. */
export function leaveAll(connection: Connection, wasLost: boolean): void {
  for (const name of [...connection.rooms.keys()]) leave(connection, name, wasLost);
  if (connection.userRoom) connection.space.release(connection.userRoom);
  connection.userRoom = undefined;
  endUserGate(connection);
}

function endUserGate(connection: Connection): void {
  connection.userGate?.end();
  connection.userGate = undefined;
}
