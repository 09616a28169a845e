import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { MessageList, type MessageListOptions } from '../bindings/messages';
import { heldChannel, holdRoom } from '../bindings/room';
import type { ConnectionState, Member, MessageMeta } from '../index';
import { useRealtime } from './context';
import { useLatest } from './latest';
import { type RoomName, type RoomOptions, useHeldRoom, useRoomCalls } from './room';
import type { UseMessages, UsePresence, UseRoom, UseTyping } from './types';

type Handler = (data: unknown, meta: MessageMeta) => unknown;
type Events = Record<string, unknown>;

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

/** Is in a room for as long as the component is shown; two components of one room share its join. */
export function useRoom(room: RoomName, options?: RoomOptions): UseRoom<Events, Events> {
  const realtime = useRealtime();
  const { status, error, members, channel } = useHeldRoom(realtime, room, (state) => state, options);
  return { status, error, members, channel, ...useRoomCalls(realtime, room) } as UseRoom<Events, Events>;
}

/** Hears an event, or that of one room alone, which it is then in. The handler may be another one at each render. */
export function useEvent(event: string | readonly [room: RoomName, event: string], handler: Handler): void {
  const realtime = useRealtime();
  const latest = useLatest(handler);
  const [room, name] = typeof event === 'string' ? [undefined, event] : event;
  const isOfRoom = typeof event !== 'string';
  useEffect(() => {
    const heard: Handler = (data, meta) => latest.current(data, meta);
    if (!isOfRoom) return realtime.on(name, heard);
    if (!room) return;
    const { channel, release } = holdRoom(realtime, room);
    const unhear = channel.on(name, heard);
    return () => {
      unhear();
      release();
    };
  }, [realtime, isOfRoom, room, name, latest]);
}

/** Who is in a presence room. */
export function usePresence(room: RoomName, options?: RoomOptions): UsePresence<unknown> {
  const realtime = useRealtime();
  const members = useHeldRoom(realtime, room, (state) => state.members as readonly Member[], options);
  const status = useHeldRoom(realtime, room, (state) => state.status);
  const error = useHeldRoom(realtime, room, (state) => state.error);
  const update = useCallback(
    async (info: unknown) => heldChannel(realtime, room).presence.update(info),
    [realtime, room],
  );
  return { members, status, error, update };
}

/** Who is typing in a room, and the way to tell that one is. */
export function useTyping(room: RoomName): UseTyping {
  const realtime = useRealtime();
  const users = useHeldRoom(realtime, room, (state) => state.typing);
  const start = useCallback(
    (user?: string) => heldChannel(realtime, room).typing.start(user),
    [realtime, room],
  );
  const stop = useCallback(() => heldChannel(realtime, room).typing.stop(), [realtime, room]);
  return { users, start, stop };
}

/** The last messages of one event of a room, one's own among them. */
export function useMessages(
  room: RoomName,
  event: string,
  options: MessageListOptions & RoomOptions = {},
): UseMessages<unknown> {
  const realtime = useRealtime();
  const status = useHeldRoom(realtime, room, (state) => state.status, options);
  const error = useHeldRoom(realtime, room, (state) => state.error);
  const of = [realtime, room, event] as const;
  const [kept, keep] = useState(() => ({ of, list: new MessageList(options) }));
  const isStale = of.some((part, index) => part !== kept.of[index]);
  const current = isStale ? { of, list: new MessageList(options) } : kept;
  if (isStale) keep(current);
  const { list } = current;
  const subscribe = useCallback((changed: () => void) => list.watch(changed), [list]);
  const read = () => list.messages;
  const messages = useSyncExternalStore(subscribe, read, read);
  useEvent([room, event], (data, meta) => list.receive(data, meta));
  const send = useCallback(
    (data: unknown) => list.send(heldChannel(realtime, room), event, data),
    [list, realtime, room, event],
  );
  return { messages, send, status, error };
}
