import {
  USER_JOINED,
  USER_LEFT,
  USER_UPDATED,
  type UserJoinedPayload,
  type UserLeftPayload,
} from '../../../src/protocol';
import type { Connection } from '../connection';
import { type Message, nextMessageId } from '../delivery/message';
import { JOINING, LEAVING } from '../echo/names';
import type { Room } from '../room';

const MEMBER_ADDED = 'presence:member_added';
const MEMBER_REMOVED = 'presence:member_removed';

/** Enters a connection into a presence room's roster, and tells the others where the user is new there. */
export function enter(
  connection: Connection,
  room: Room,
  member: { user_id: string; user_info: unknown },
): void {
  const { user_id, user_info } = member;
  if (!room.roster?.add(user_id, connection.id, user_info, Date.now())) return;
  const payload: UserJoinedPayload = { user_id, user_info, channel: room.name };
  const echo = { event: JOINING, data: { user_id, user_info } };
  announce(connection, room, { event: USER_JOINED, args: [payload], echo }, connection.itself);
  connection.space.delivery.publishToSubscribers(room, MEMBER_ADDED, payload, connection.itself);
}

export function leave(connection: Connection, room: Room, userId: string): void {
  const user_info = room.roster?.info(userId);
  if (!room.roster?.remove(userId, connection.id)) return;
  const payload: UserLeftPayload = { user_id: userId, channel: room.name };
  const echo = { event: LEAVING, data: { user_id: userId, user_info } };
  announce(connection, room, { event: USER_LEFT, args: [payload], echo }, connection.itself);
  connection.space.delivery.publishToSubscribers(room, MEMBER_REMOVED, payload, connection.itself);
}

/** Shows the user otherwise from now on, to all members: the one who asked has its own entry changed by it too. */
export function update(connection: Connection, room: Room, userId: string, userInfo: unknown): void {
  if (!room.roster?.update(userId, userInfo)) return;
  const payload = { user_id: userId, user_info: userInfo, channel: room.name };
  announce(connection, room, { event: USER_UPDATED, args: [payload] }, undefined);
}

function announce(
  connection: Connection,
  room: Room,
  what: Pick<Message, 'event' | 'args' | 'echo'>,
  except: ReadonlySet<string> | undefined,
): void {
  const message = { ...what, id: nextMessageId(), timestamp: Date.now() };
  connection.space.delivery.publish([room], message, except);
}
