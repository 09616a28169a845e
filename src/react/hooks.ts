import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { MessageList, type MessageListOptions } from '../bindings/messages';
import { heldChannel, holdRoom, type RoomName, type RoomOptions, roomState } from '../bindings/room';
import { isNamed } from '../bindings/room-state';
import type { ConnectionState, MessageMeta } from '../index';
import { useRealtime } from './context';
import { useLatest } from './latest';
import { useHeldRoom, useRoomCalls } from './room';
import type { UseTyping } from './types';

type Handler = (data: unknown, meta: MessageMeta) => unknown;

/** The state of the connection; renders the component anew at each change. */
export function useConnectionState(): ConnectionState {
  const realtime = useRealtime();
  const subscribe = useCallback((changed: () => void) => realtime.on('state', () => changed()), [realtime]);
  return useSyncExternalStore(
    subscribe,
    () => realtime.state,
    () => 'idle',
  );
}

/** Is in a room for as long as the component is shown; components of one room share its join. */
export function useRoom(room: RoomName, options?: RoomOptions) {
  const realtime = useRealtime();
  const state = useHeldRoom(realtime, room, ['status', 'error', 'members', 'channel'], options);
  const { status, error, members, channel } = state;
  return { status, error, members, channel, ...useRoomCalls(realtime, room) };
}

/** Hears an event, or that of one room alone, which it is then in. The handler may be another one at each render. */
export function useEvent(event: string | readonly [room: RoomName, event: string], handler: Handler): void {
  const realtime = useRealtime();
  const latest = useLatest(handler);
  const isOfRoom = typeof event !== 'string';
  const [room, name] = isOfRoom ? event : [null, event];
  const isHeld = isNamed(room);
  useEffect(() => {
    const heard: Handler = (data, meta) => latest.current(data, meta);
    if (!isOfRoom) return realtime.on(name, heard);
    if (!isHeld) return undefined;
    const hold = holdRoom(realtime, room);
    hold.on(name, heard);
    return hold.release;
  }, [realtime, isOfRoom, isHeld, room, name, latest]);
}

/** Who is in a presence room. */
export function usePresence(room: RoomName, options?: RoomOptions) {
  const realtime = useRealtime();
  const { members, status, error } = useHeldRoom(realtime, room, ['members', 'status', 'error'], options);
  const update = useCallback(
    async (info: unknown) => heldChannel(realtime, room).presence.update(info),
    [realtime, room],
  );
  return { members, status, error, update };
}

/** Who is typing in a room, and the way to tell that one is. */
export function useTyping(room: RoomName): UseTyping {
  const realtime = useRealtime();
  const { typing: users } = useHeldRoom(realtime, room, ['typing']);
  const calls = useMemo(() => {
    const typing = () => roomState(realtime, room).channel?.typing;
    return { start: (user?: string) => typing()?.start(user), stop: () => typing()?.stop() };
  }, [realtime, room]);
  return { users, ...calls };
}

/** The last messages of one event of a room, one's own among them. */
export function useMessages(room: RoomName, event: string, options: MessageListOptions & RoomOptions = {}) {
  const realtime = useRealtime();
  const { status, error } = useHeldRoom(realtime, room, ['status', 'error'], options);
  const list = useList([realtime, room, event], options);
  const subscribe = useCallback((changed: () => void) => list.watch(changed), [list]);
  const read = () => list.messages;
  const messages = useSyncExternalStore(subscribe, read, read);
  useEvent([room, event], (data, meta) => list.receive(data, meta));
  const send = useCallback(
    (data: unknown) => list.send(realtime, room, event, data),
    [list, realtime, room, event],
  );
  return { messages, send, status, error };
}

/** The same list as long as it is of the same client, room and event. */
function useList(of: readonly unknown[], options: MessageListOptions): MessageList {
  const begin = () => ({ of, list: new MessageList(options) });
  const [kept, keep] = useState(begin);
  if (of.every((part, index) => part === kept.of[index])) return kept.list;
  const next = begin();
  keep(next);
  return next.list;
}
