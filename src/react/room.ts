import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import {
  type AnyRealtime,
  heldChannel,
  holdRoom,
  type RoomName,
  type RoomOptions,
  type RoomState,
  retryRoom,
  roomState,
} from '../bindings/room';
import { isNamed, partsOf, stateBefore } from '../bindings/room-state';
import { useLatest } from './latest';

/** Holds a room for as long as the component is shown, and renders it anew when one of these parts of it has changed. */
export function useHeldRoom<K extends keyof RoomState>(
  realtime: AnyRealtime,
  room: RoomName,
  parts: readonly K[],
  options: RoomOptions = {},
): Pick<RoomState, K> {
  const latest = useLatest(options);
  const [select] = useState(() => partsOf(...parts));
  const subscribe = useCallback(
    (changed: () => void) => {
      if (!isNamed(room)) return () => {};
      const hold = holdRoom(realtime, room, () => latest.current, changed);
      hold.on('gap', (gap) => latest.current.onGap?.(gap));
      return hold.release;
    },
    [realtime, room, latest],
  );
  return useSyncExternalStore(
    subscribe,
    () => select(roomState(realtime, room)),
    // Of the room alone, since on hydration another component may have joined it already.
    () => select(stateBefore(room)),
  );
}

/** What a component can do with a room that it holds; the same functions as long as the room is the same. */
export function useRoomCalls(realtime: AnyRealtime, room: RoomName) {
  return useMemo(
    () => ({
      emit: (event: string, ...args: []) => heldChannel(realtime, room).emit(event, ...args),
      request: async (event: string, ...args: []) => heldChannel(realtime, room).request(event, ...args),
      retry: () => retryRoom(realtime, room),
    }),
    [realtime, room],
  );
}
