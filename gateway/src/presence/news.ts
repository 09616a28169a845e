import {
  USER_JOINED,
  USER_LEFT,
  USER_UPDATED,
  type UserJoinedPayload,
  type UserLeftPayload,
} from '../../../src/protocol';
import { type Message, nextMessageId } from '../delivery/message';
import { JOINING, LEAVING } from '../echo/names';
import type { Room } from '../room';
import type { Space } from '../space';
import type { News } from './shared-roster';

const MEMBER_ADDED = 'presence:member_added';
const MEMBER_REMOVED = 'presence:member_removed';

type Except = ReadonlySet<string> | undefined;

/** Tells the members of a presence room what has changed in its roster. */
export function tell(space: Space, room: Room, { type, user, userInfo }: News, except?: Except): void {
  if (type === 'joined') tellJoined(space, room, user, userInfo, except);
  else if (type === 'updated') tellUpdated(space, room, user, userInfo, except);
  else tellLeft(space, room, user, userInfo, except);
}

function tellJoined(space: Space, room: Room, user_id: string, user_info: unknown, except: Except): void {
  const payload: UserJoinedPayload = { user_id, user_info, channel: room.name };
  const echo = { event: JOINING, data: { user_id, user_info } };
  announce(space, room, { event: USER_JOINED, args: [payload], echo }, except);
  space.delivery.publishToSubscribers(room, MEMBER_ADDED, payload, except);
}

function tellUpdated(space: Space, room: Room, user_id: string, user_info: unknown, except: Except): void {
  const payload = { user_id, user_info, channel: room.name };
  announce(space, room, { event: USER_UPDATED, args: [payload] }, except);
}

function tellLeft(space: Space, room: Room, user_id: string, user_info: unknown, except: Except): void {
  const payload: UserLeftPayload = { user_id, channel: room.name };
  const echo = { event: LEAVING, data: { user_id, user_info } };
  announce(space, room, { event: USER_LEFT, args: [payload], echo }, except);
  space.delivery.publishToSubscribers(room, MEMBER_REMOVED, payload, except);
}

/** Not for the log: whoever joins gets the roster as it is. */
function announce(
  space: Space,
  room: Room,
  what: Pick<Message, 'event' | 'args' | 'echo'>,
  except: Except,
): void {
  space.delivery.announce([room], { ...what, id: nextMessageId(), timestamp: Date.now() }, except);
}
