import { type Channel, type Member, RealtimeError, roomNameProblem } from '../index';

/** A room's name; nothing, as long as it isn't known. */
export type RoomName = string | null | undefined;

/**
 * How far a room has come. `idle`: no room was named. `joining`: on the way, also back after a reconnect. `error`: refused,
 * or not reached in time. `left`: the application left it by hand while components used it.
 */
export type RoomStatus = 'idle' | 'joining' | 'joined' | 'error' | 'left';

/** What components see of a room; another object at each change, the same one between. */
export interface RoomState {
  readonly status: RoomStatus;
  /** Why the room could not be joined; only with `error`. */
  readonly error: RealtimeError | undefined;
  /** One entry a user, in presence rooms. */
  readonly members: readonly Member[];
  /** Users who are typing in the room, oneself left out. */
  readonly typing: readonly string[];
  /** The room itself, once it has been asked for and as long as anyone holds it. */
  readonly channel: Channel | undefined;
}

const IDLE: RoomState = Object.freeze({
  status: 'idle',
  error: undefined,
  members: [],
  typing: [],
  channel: undefined,
});
const JOINING: RoomState = Object.freeze({ ...IDLE, status: 'joining' });

/**
 * What is to be seen of a room that nobody holds yet, such as on a server.
 * @throws RealtimeError `invalid_argument` for what is no room name.
 */
export function stateBefore(room: RoomName): RoomState {
  return isNamed(room) ? JOINING : IDLE;
}

/**
 * Whether there is a room.
 * @throws RealtimeError `invalid_argument` for what is no room name.
 */
export function isNamed(room: RoomName): room is string {
  if (room === null || room === undefined) return false;
  const problem = roomNameProblem(room);
  if (problem) throw new RealtimeError('invalid_argument', `"${room}" is no room name: ${problem}`);
  return true;
}

/** A function that gives the same object as long as these parts of a state are the same. */
export function partsOf<K extends keyof RoomState>(
  ...names: readonly K[]
): (state: RoomState) => Pick<RoomState, K> {
  let kept: RoomState | undefined;
  return (state) => {
    const last = kept;
    if (!last || names.some((name) => last[name] !== state[name])) kept = state;
    return kept as RoomState;
  };
}
