import { type Channel, type JoinOptions, type Member, RealtimeError, type ToporiaRealtime } from '../index';

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
  /** The room itself, as long as anyone holds it. */
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

/** Any client; what its events are is the business of the bindings' types. */
// biome-ignore lint/suspicious/noExplicitAny: maps of events differ in both directions, and any of them will do here.
export type AnyRealtime = ToporiaRealtime<any, any>;

interface SharedRoom {
  readonly channel: Channel;
  state: RoomState;
  readonly watchers: Set<() => void>;
  holders: number;
  retry(): void;
  end(): void;
}

const shared = new WeakMap<AnyRealtime, Map<string, SharedRoom>>();

/** Asks once more for a room that was refused. */
export function retryRoom(realtime: AnyRealtime, room: string): void {
  shared.get(realtime)?.get(room)?.retry();
}

/**
 * The handle of a room that is held.
 * @throws RealtimeError `left` when nobody holds it.
 */
export function heldChannel(realtime: AnyRealtime, room: string | null | undefined): Channel {
  const { channel } = roomState(realtime, room);
  if (!channel) {
    throw new RealtimeError('left', `"${room}" isn't in use: call this while its component is shown`);
  }
  return channel;
}

/** A part of an application's claim on a room. */
export interface RoomHold {
  readonly channel: Channel;
  /** The room is left when its last holder is gone, and nobody has come back in the same turn. */
  release(): void;
}

/** How the room fares, whether it is held or not. */
export function roomState(realtime: AnyRealtime, room: string | null | undefined): RoomState {
  if (!room) return IDLE;
  return shared.get(realtime)?.get(room)?.state ?? JOINING;
}

/**
 * Joins a room, or takes part in the join of another holder. A room that the application had joined by hand before is
 * not left at the end.
 * @throws RealtimeError `invalid_argument` for what is no room name.
 */
export function holdRoom(
  realtime: AnyRealtime,
  room: string,
  options: JoinOptions = {},
  changed: () => void = () => {},
): RoomHold {
  const rooms = shared.get(realtime) ?? new Map<string, SharedRoom>();
  shared.set(realtime, rooms);
  const held = rooms.get(room) ?? share(realtime, room, options, rooms);
  const watcher = () => changed();
  held.watchers.add(watcher);
  held.holders++;
  return {
    channel: held.channel,
    release: () => {
      if (!held.watchers.delete(watcher)) return;
      queueMicrotask(() => {
        if (--held.holders === 0) held.end();
      });
    },
  };
}

function share(
  realtime: AnyRealtime,
  room: string,
  options: JoinOptions,
  rooms: Map<string, SharedRoom>,
): SharedRoom {
  const isByHand = realtime.getRooms().includes(room);
  const channel = realtime.channel(room, options) as Channel;
  const change = (part: Partial<RoomState>) => {
    held.state = { ...held.state, ...part };
    for (const watcher of [...held.watchers]) watcher();
  };
  const toMembers = () => change({ members: channel.presence.members });
  const forget = () => {
    for (const stop of stops) stop();
    if (rooms.get(room) === held) rooms.delete(room);
  };
  const stops = [
    channel.on('joined', () => change({ status: 'joined', error: undefined })),
    channel.on('error', (error) => change({ status: 'error', error })),
    channel.on('left', () => {
      forget();
      change({ ...IDLE, status: 'left' });
    }),
    ...(['sync', 'joined', 'left', 'updated'] as const).map((event) => channel.presence.on(event, toMembers)),
    channel.typing.on('change', (typing) => change({ typing })),
    realtime.on('disconnected', () => {
      if (held.state.status === 'joined') change({ status: 'joining' });
    }),
  ];
  const held: SharedRoom = {
    channel,
    state: { ...JOINING, members: channel.presence.members, channel },
    watchers: new Set(),
    holders: 0,
    retry: () => {
      if (held.state.status !== 'error') return;
      change({ status: 'joining', error: undefined });
      realtime.join(room, options).catch(() => {});
    },
    end: () => {
      forget();
      if (!isByHand && held.state.status !== 'left') channel.leave().catch(() => {});
    },
  };
  rooms.set(room, held);
  // One that is joined already tells no more that it is.
  if (isByHand) channel.ready.then(() => change({ status: 'joined' })).catch(() => {});
  return held;
}
