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
import type { Space } from '../space';

const MEMBER_ADDED = 'presence:member_added';
const MEMBER_REMOVED = 'presence:member_removed';

type Except = ReadonlySet<string> | undefined;

/** Enters a connection into a presence room's roster, and tells the others where the user is new there. */
export function enter(
  connection: Connection,
  room: Room,
  member: { user_id: string; user_info: unknown },
): void {
  const { user_id, user_info } = member;
  const { space, itself } = connection;
  const came = room.roster?.add(user_id, connection.id, user_info, Date.now());
  if (came === 'back' && JSON.stringify(room.roster?.info(user_id)) !== JSON.stringify(user_info)) {
    show(space, room, member, itself);
  }
  if (came !== 'first') return;
  const payload: UserJoinedPayload = { user_id, user_info, channel: room.name };
  const echo = { event: JOINING, data: { user_id, user_info } };
  announce(space, room, { event: USER_JOINED, args: [payload], echo }, itself);
  space.delivery.publishToSubscribers(room, MEMBER_ADDED, payload, itself);
}

/** Takes a connection out of the roster. The others are told at once, or, where it was lost, once its user had time to come back. */
export function leave(connection: Connection, room: Room, userId: string, wasLost: boolean): void {
  const { space, id, itself } = connection;
  // Who goes by its socket's id comes back under another.
  const { graces } = space;
  if (wasLost && graces && userId !== id) graces.lose(space, room, userId, id);
  else {
    const userInfo = room.roster?.info(userId);
    if (room.roster?.remove(userId, id)) tellLeft(space, room, userId, userInfo, itself);
  }
}

/** Tells the members of a room that a user is gone. */
export function tellLeft(space: Space, room: Room, userId: string, userInfo: unknown, except?: Except): void {
  const payload: UserLeftPayload = { user_id: userId, channel: room.name };
  const echo = { event: LEAVING, data: { user_id: userId, user_info: userInfo } };
  announce(space, room, { event: USER_LEFT, args: [payload], echo }, except);
  space.delivery.publishToSubscribers(room, MEMBER_REMOVED, payload, except);
}

/** Shows the user otherwise from now on, to all members: the one who asked has its own entry changed by it too. */
export function update({ space }: Connection, room: Room, userId: string, userInfo: unknown): void {
  show(space, room, { user_id: userId, user_info: userInfo }, undefined);
}

function show(
  space: Space,
  room: Room,
  { user_id, user_info }: { user_id: string; user_info: unknown },
  except: Except,
): void {
  if (!room.roster?.update(user_id, user_info)) return;
  const payload = { user_id, user_info, channel: room.name };
  announce(space, room, { event: USER_UPDATED, args: [payload] }, except);
}

/** Not for the log: whoever joins gets the roster as it is. */
function announce(
  space: Space,
  room: Room,
  what: Pick<Message, 'event' | 'args' | 'echo'>,
  except: Except,
): void {
  space.delivery.publish([room], { ...what, id: nextMessageId(), timestamp: Date.now() }, except);
}
