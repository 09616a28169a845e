import { type Channel, RealtimeError, type Unsubscribe } from '../index';
import { isNamed, type RoomName, type RoomState, stateBefore } from './room-state';
import { type AnyRealtime, type HoldOptions, type RoomHandler, SharedRoom } from './shared-room';

export type { RoomName, RoomState, RoomStatus } from './room-state';
export type { AnyRealtime, HoldOptions, RoomOptions } from './shared-room';

/** A part of an application's claim on a room. */
export interface RoomHold {
  /** The room's handle. Asking for it joins at once, with the options of those who hold the room by then. */
  readonly channel: Channel;
  /** Hears an event of the room, also after it was left by hand and joined again. Returns what ends that. */
  on(event: string, handler: RoomHandler): Unsubscribe;
  /** Ends what it hears. The room is left when its last holder is gone, and nobody has come back in the same turn. */
  release(): void;
}

const shared = new WeakMap<AnyRealtime, Map<string, SharedRoom>>();

/**
 * Joins a room, or takes part in the join of another holder. What holders of one turn give as options goes along with
 * that join, and the later one's counts where two differ; later on, options are read again only by a retry. A room that the
 * application had joined by hand before is not left at the end.
 * @throws RealtimeError `invalid_argument` for what is no room name.
 */
export function holdRoom(
  realtime: AnyRealtime,
  room: string,
  options: HoldOptions | (() => HoldOptions) = {},
  changed: () => void = () => {},
): RoomHold {
  const state = stateBefore(room);
  if (state.status === 'idle')
    throw new RealtimeError('invalid_argument', 'holdRoom needs the name of a room');
  const rooms = shared.get(realtime) ?? new Map<string, SharedRoom>();
  shared.set(realtime, rooms);
  const held =
    rooms.get(room) ?? new SharedRoom(realtime, room, () => rooms.get(room) === held && rooms.delete(room));
  rooms.set(room, held);
  const ends = [
    held.hold({
      changed: () => changed(),
      options: typeof options === 'function' ? options : () => options,
    }),
  ];
  return {
    get channel() {
      return heldChannel(realtime, room);
    },
    on: (event, handler) => {
      const end = held.on(event, handler);
      ends.push(end);
      return end;
    },
    release: () => {
      for (const end of ends) end();
    },
  };
}

/**
 * How the room fares, whether it is held or not.
 * @throws RealtimeError `invalid_argument` for what is no room name.
 */
export function roomState(realtime: AnyRealtime, room: RoomName): RoomState {
  return found(realtime, room)?.state ?? stateBefore(room);
}

/** Asks once more for a room that was refused, or that was left by hand. */
export function retryRoom(realtime: AnyRealtime, room: RoomName): void {
  found(realtime, room)?.retry();
}

/**
 * The handle of a room that is held.
 * @throws RealtimeError `left` when nobody holds it, or when it was left by hand; `invalid_argument` where no room is named.
 */
export function heldChannel(realtime: AnyRealtime, room: RoomName): Channel {
  if (!isNamed(room)) {
    throw new RealtimeError('invalid_argument', 'No room is named here, so nothing can be sent to it');
  }
  const held = found(realtime, room);
  const channel = held?.handle;
  if (channel) return channel;
  const [what, instead] =
    held?.state.status === 'left'
      ? ['was left by hand', 'retry() joins it again']
      : ["isn't in use", 'call this while its component is shown'];
  throw new RealtimeError('left', `"${room}" ${what}: ${instead}`);
}

function found(realtime: AnyRealtime, room: RoomName): SharedRoom | undefined {
  return isNamed(room) ? shared.get(realtime)?.get(room) : undefined;
}
