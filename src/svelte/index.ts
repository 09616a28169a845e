import { type ListedMessage, MessageList, type MessageListOptions } from '../bindings/messages';
import { heldChannel, holdRoom, type RoomState, retryRoom, roomState } from '../bindings/room';
import type { ConnectionState, JoinOptions, Member, ToporiaRealtime } from '../index';

export type { ListedMessage, MessageListOptions } from '../bindings/messages';
export type { RoomState, RoomStatus } from '../bindings/room';

/** What Svelte takes for a store: `$name` in a component subscribes, and unsubscribes when the component is gone. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/** Tells the value at once and at each change. `start` runs for the first subscriber, what it returns after the last. */
function readable<T>(read: () => T, start: (changed: () => void) => () => void): Readable<T> {
  const tells = new Set<() => void>();
  let stop = () => {};
  return {
    subscribe(run) {
      let last: T | undefined;
      const tell = () => {
        const value = read();
        if (value !== last) run(value);
        last = value;
      };
      tells.add(tell);
      if (tells.size === 1) stop = start(() => [...tells].map((each) => each()));
      tell();
      return () => {
        if (tells.delete(tell) && tells.size === 0) stop();
      };
    },
  };
}

function inRoom<T>(
  realtime: ToporiaRealtime,
  name: string,
  read: (state: RoomState) => T,
  options?: JoinOptions,
) {
  return readable(
    () => read(roomState(realtime, name)),
    (changed) => holdRoom(realtime, name, options, changed).release,
  );
}

/** The state of the connection. */
export function connectionState(realtime: ToporiaRealtime): Readable<ConnectionState> {
  return readable(
    () => realtime.state,
    (changed) => realtime.on('state', () => changed()),
  );
}

/** A room, joined for as long as anyone subscribes; `retry` asks once more for one that was refused. */
export function room(realtime: ToporiaRealtime, name: string, options?: JoinOptions) {
  return { ...inRoom(realtime, name, (state) => state, options), retry: () => retryRoom(realtime, name) };
}

/** Who is in a presence room; `update` changes what the others see of this user. */
export function presence<Info = unknown>(realtime: ToporiaRealtime, name: string, options?: JoinOptions) {
  return {
    ...inRoom(realtime, name, ({ members }) => members as readonly Member<Info>[], options),
    update: async (info: Info) => heldChannel(realtime, name).presence.update(info),
  };
}

/** The others that are typing in a room; call `start` at each keystroke, typing ends by itself. */
export function typing(realtime: ToporiaRealtime, name: string) {
  return {
    ...inRoom(realtime, name, (state) => state.typing),
    start: (user?: string) => heldChannel(realtime, name).typing.start(user),
    stop: () => heldChannel(realtime, name).typing.stop(),
  };
}

/** The last messages of one event of a room; `send` sends one and shows it at once, its `status` tells what became of it. */
export function messages<Data = unknown>(
  realtime: ToporiaRealtime,
  name: string,
  event: string,
  options: MessageListOptions<Data> = {},
) {
  const list = new MessageList<Data>(options);
  const hear = (changed: () => void) => {
    const { channel, release } = holdRoom(realtime, name);
    const unhear = channel.on(event, (data, meta) => list.receive(data as Data, meta));
    const unwatch = list.watch(changed);
    return () => {
      unwatch();
      unhear();
      release();
    };
  };
  const read = (): readonly ListedMessage<Data>[] => list.messages;
  const send = (data: Data) => list.send(realtime, name, event, data);
  return { ...readable(read, hear), send };
}
