import {
  type ComputedRef,
  computed,
  type MaybeRefOrGetter,
  onScopeDispose,
  shallowRef,
  toValue,
  watch,
} from 'vue';
import type { MessageListOptions } from '../bindings/messages';
import { heldChannel, holdRoom, type RoomName, type RoomOptions, retryRoom } from '../bindings/room';
import { isNamed } from '../bindings/room-state';
import type { ConnectionState, MessageMeta } from '../index';
import { useRealtime } from './injection';
import { useMessageList } from './message-list';
import { onPage } from './page';
import { AT_ONCE, type MaybeRoom, useHeldRoom } from './room';
import { snapshot } from './snapshot';
import type { UseTyping } from './types';

type Handler = (data: unknown, meta: MessageMeta) => unknown;
type RoomEvent = readonly [room: MaybeRoom, event: MaybeRefOrGetter<string>];

/** The state of the connection. */
export function useConnectionState(): ComputedRef<ConnectionState> {
  const realtime = useRealtime();
  const state = shallowRef<ConnectionState>('idle');
  onPage(() => {
    const look = () => {
      state.value = realtime.state;
    };
    onScopeDispose(realtime.on('state', look));
    look();
  });
  return computed(() => state.value);
}

/** Is in a room for as long as the component lives; components of one room share its join. */
export function useRoom(room: MaybeRoom, options?: MaybeRefOrGetter<RoomOptions>) {
  const realtime = useRealtime();
  const state = useHeldRoom(realtime, room, options);
  const channel = () => heldChannel(realtime, toValue(room));
  return {
    status: computed(() => state.value.status),
    error: computed(() => state.value.error),
    members: computed(() => state.value.members),
    channel: computed(() => state.value.channel),
    emit: (event: string, ...args: []) => channel().emit(event, ...args),
    request: async (event: string, ...args: []) => channel().request(event, ...args),
    retry: () => retryRoom(realtime, toValue(room)),
  };
}

/** Hears an event, or that of one room alone, which the component is then in. */
export function useEvent(event: MaybeRefOrGetter<string | RoomEvent>, handler: Handler): void {
  const realtime = useRealtime();
  const named = (): readonly [name: string, isOfRoom: boolean, room?: RoomName] => {
    const target = toValue(event);
    return typeof target === 'string' ? [target, false] : [toValue(target[1]), true, toValue(target[0])];
  };
  isNamed(named()[2]);
  onPage(() => {
    watch(
      [() => named()[0], () => named()[1], () => named()[2]] as const,
      ([name, isOfRoom, room], _, onEnd) => {
        // A function of its own, since a client calls the same one only once.
        const heard: Handler = (data, meta) => handler(data, meta);
        if (!isOfRoom) onEnd(realtime.on(name, heard));
        else if (isNamed(room)) {
          const hold = holdRoom(realtime, room);
          hold.on(name, heard);
          onEnd(hold.release);
        }
      },
      AT_ONCE,
    );
  });
}

/** Who is in a presence room. */
export function usePresence(room: MaybeRoom, options?: MaybeRefOrGetter<RoomOptions>) {
  const realtime = useRealtime();
  const state = useHeldRoom(realtime, room, options);
  return {
    members: computed(() => state.value.members),
    status: computed(() => state.value.status),
    error: computed(() => state.value.error),
    update: async (info: unknown) => heldChannel(realtime, toValue(room)).presence.update(info),
  };
}

/** Who is typing in a room, and the way to tell that one is. */
export function useTyping(room: MaybeRoom): UseTyping {
  const realtime = useRealtime();
  const state = useHeldRoom(realtime, room);
  return {
    users: computed(() => state.value.typing),
    start: (user) => state.value.channel?.typing.start(user),
    stop: () => state.value.channel?.typing.stop(),
  };
}

/** The last messages of one event of a room, one's own among them. */
export function useMessages(
  room: MaybeRoom,
  event: MaybeRefOrGetter<string>,
  options: MaybeRefOrGetter<MessageListOptions & RoomOptions> = {},
) {
  const realtime = useRealtime();
  const state = useHeldRoom(realtime, room, options);
  const { list, messages } = useMessageList(room, event, options);
  useEvent([room, event], (data, meta) => list.value.receive(data, meta));
  return {
    messages: computed(() => messages.value),
    send: (data: unknown) => list.value.send(realtime, toValue(room), toValue(event), snapshot(data)),
    status: computed(() => state.value.status),
    error: computed(() => state.value.error),
  };
}
