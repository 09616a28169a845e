import type { Connection } from '../connection';
import type { Room } from '../room';
import type { Space } from '../space';
import { tell } from './news';

type Except = ReadonlySet<string> | undefined;

/** Enters a connection into a presence room's roster, and tells the others where the user is new there. */
export function enter(
  connection: Connection,
  room: Room,
  { user_id, user_info }: { user_id: string; user_info: unknown },
): void {
  const { space, itself } = connection;
  const { roster } = room;
  if (!roster) return;
  const isNew = !roster.has(user_id);
  const came = roster.add(user_id, connection.id, user_info, Date.now());
  if (came === 'back' && JSON.stringify(roster.info(user_id)) !== JSON.stringify(user_info))
    show(space, room, user_id, user_info, itself);
  if (isNew) tell(space, room, { type: 'joined', user: user_id, userInfo: user_info }, itself);
  if (came === 'first') space.places?.join(room, user_id, user_info);
}

/** Takes a connection out of the roster. The others are told at once, or, where it was lost, once its user had time to come back. */
export function leave(connection: Connection, room: Room, userId: string, wasLost: boolean): void {
  const { space, id, itself } = connection;
  // Who goes by its socket's id comes back under another.
  const { graces } = space;
  if (wasLost && graces && userId !== id) graces.lose(space, room, userId, id);
  else {
    const userInfo = room.roster?.info(userId);
    if (room.roster?.remove(userId, id)) gone(space, room, userId, userInfo, itself);
  }
}

/** The last connection that a user had here is gone. */
export function gone(space: Space, room: Room, userId: string, userInfo: unknown, except?: Except): void {
  // Who is on another node, too, is known there as long as the broker says so.
  if (!room.roster?.has(userId)) tell(space, room, { type: 'left', user: userId, userInfo }, except);
  void space.places?.leave(room, userId);
}

/**
 * Shows the user otherwise from now on, to all members: the one who asked has its own entry changed by it too. A promise where
 * that takes its time; it never rejects.
 */
export function update(
  { space }: Connection,
  room: Room,
  userId: string,
  userInfo: unknown,
): undefined | Promise<void> {
  return show(space, room, userId, userInfo, undefined);
}

function show(
  space: Space,
  room: Room,
  user: string,
  userInfo: unknown,
  except: Except,
): undefined | Promise<void> {
  if (space.places) return space.places.update(room, user, userInfo);
  if (room.roster?.update(user, userInfo)) tell(space, room, { type: 'updated', user, userInfo }, except);
  return undefined;
}
