import { useCallback, useSyncExternalStore } from 'react';
import {
  type AnyRealtime,
  heldChannel,
  holdRoom,
  type RoomState,
  retryRoom,
  roomState,
} from '../bindings/room';
import { type JoinOptions, RealtimeError, roomNameProblem } from '../index';
import { useLatest } from './latest';

/** A room's name; nothing, as long as it isn't known. */
export type RoomName = string | null | undefined;

export interface RoomOptions extends JoinOptions {
  /** Messages of the room may have been missed; load its state anew here. */
  onGap?(gap: { reason: string }): unknown;
}

/** Holds a room for as long as the component is shown, and renders it anew when what `select` reads has changed. */
export function useHeldRoom<T>(
  realtime: AnyRealtime,
  room: RoomName,
  select: (state: RoomState) => T,
  options: RoomOptions = {},
): T {
  const problem = room && roomNameProblem(room);
  if (problem) throw new RealtimeError('invalid_argument', `"${room}" is no room name: ${problem}`);
  const latest = useLatest(options);
  const subscribe = useCallback(
    (changed: () => void) => {
      if (!room) return () => {};
      const { onGap: _, ...joinOptions } = latest.current;
      const { channel, release } = holdRoom(realtime, room, joinOptions, changed);
      const unhear = channel.on('gap', (gap) => latest.current.onGap?.(gap));
      return () => {
        unhear();
        release();
      };
    },
    [realtime, room, latest],
  );
  const read = () => select(roomState(realtime, room));
  return useSyncExternalStore(subscribe, read, read);
}

/** What a component can do with a room that it holds; the same functions as long as the room is the same. */
export function useRoomCalls(realtime: AnyRealtime, room: RoomName) {
  const emit = useCallback(
    (event: string, ...args: unknown[]) => heldChannel(realtime, room).emit(event, ...(args as [])),
    [realtime, room],
  );
  const retry = useCallback(() => {
    if (room) retryRoom(realtime, room);
  }, [realtime, room]);
  return { emit, retry };
}
