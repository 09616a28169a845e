import { MAX_EVENT_NAME, MAX_ROOM_NAME } from './limits';

export type RoomKind = 'public' | 'private' | 'presence';

/** What a room's name says of who may join it. */
export function roomKind(room: string): RoomKind {
  if (/^presence[-.]/.test(room)) return 'presence';
  return /^(private[-.]|user\.)/.test(room) ? 'private' : 'public';
}

/** The room through which everything for one user goes. */
export function userRoom(userId: string | number): string {
  return `user.${userId}`;
}

const isPrototypeKey = (name: string) => /^(__proto__|constructor|prototype)$/.test(name);

const tooLong = (max: number) => `it must have 1 to ${max} characters`;

/** Whether a room can have this name; `roomNameProblem` says why not. */
export function isRoomName(room: unknown): room is string {
  return typeof room === 'string' && /^(?!.*\.\.)[\w.:-]{1,200}$/.test(room) && !isPrototypeKey(room);
}

/** Says what is wrong with a room's name, or `undefined` where nothing is. */
export function roomNameProblem(room: unknown): string | undefined {
  if (isRoomName(room)) return undefined;
  if (typeof room !== 'string') return 'it must be a string';
  if (!room || room.length > MAX_ROOM_NAME) return tooLong(MAX_ROOM_NAME);
  if (!/^[\w.:-]+$/.test(room)) return 'it may hold only A-Z a-z 0-9 . _ - :';
  return room.includes('..') ? 'it may not hold ".."' : 'that name is reserved';
}

/** Says what is wrong with an event's name, or `undefined` where nothing is. */
export function eventNameProblem(event: unknown): string | undefined {
  if (typeof event !== 'string') return 'it must be a string';
  if (!event || event.length > MAX_EVENT_NAME) return tooLong(MAX_EVENT_NAME);
  if (/\p{C}/u.test(event)) return 'it must be printable';
  return isPrototypeKey(event) || isSocketIoEvent(event) ? 'that name is reserved' : undefined;
}

/** Names that Socket.IO keeps for itself; emitting one throws there. */
function isSocketIoEvent(event: string): boolean {
  return /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/.test(event);
}
