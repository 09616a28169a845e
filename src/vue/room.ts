import { type ComputedRef, computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import {
  type AnyRealtime,
  holdRoom,
  type RoomName,
  type RoomOptions,
  type RoomState,
  roomState,
} from '../bindings/room';
import { isNamed, stateBefore } from '../bindings/room-state';
import { onPage } from './page';

/** A room, as long as it is named; `null` and `undefined` name none. */
export type MaybeRoom = MaybeRefOrGetter<RoomName>;

const NONE = stateBefore(null);

/** Changes are followed at once, so that what is sent right after goes to the room that is named by then. */
export const AT_ONCE = { immediate: true, flush: 'sync' } as const;

/** Holds the room that is named, and none after the end of the scope. */
export function useHeldRoom(
  realtime: AnyRealtime,
  room: MaybeRoom,
  options: MaybeRefOrGetter<RoomOptions> = {},
): ComputedRef<RoomState> {
  const held = shallowRef<RoomState>();
  const state = computed(() => held.value ?? stateBefore(toValue(room)));
  // A wrong name is told here, to whoever calls.
  stateBefore(toValue(room));
  onPage(() => {
    watch(
      () => toValue(room),
      (name, _, onEnd) => {
        held.value = NONE;
        if (!isNamed(name)) return;
        const look = () => {
          held.value = roomState(realtime, name);
        };
        const hold = holdRoom(realtime, name, () => toValue(options), look);
        hold.on('gap', (gap) => toValue(options).onGap?.(gap));
        onEnd(() => {
          held.value = NONE;
          hold.release();
        });
        look();
      },
      AT_ONCE,
    );
  });
  return state;
}
