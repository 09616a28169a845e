import type { ComputedRef, MaybeRefOrGetter } from 'vue';
import type { ListedMessage, MessageListOptions, Sendable } from '../bindings/messages';
import type { RoomName, RoomOptions, RoomStatus } from '../bindings/room';
import type {
  Channel,
  ChannelEvents,
  ConnectionState,
  DataOf,
  EventHandler,
  EventName,
  LifecycleEvents,
  Member,
  RealtimeError,
  ToporiaRealtime,
} from '../index';

interface RoomFate {
  status: ComputedRef<RoomStatus>;
  /** Why the room could not be joined; only with the status `error`. */
  error: ComputedRef<RealtimeError | undefined>;
}

export interface UseRoom<FromServer extends object, ToServer extends object> extends RoomFate {
  /** One entry a user, in presence rooms. */
  members: ComputedRef<readonly Member[]>;
  /** The room's handle, once it has been asked for. */
  channel: ComputedRef<Channel<FromServer, ToServer> | undefined>;
  /** Sends to this room. Throws `left` when the component is gone, or the room was left by hand. */
  emit: Channel<FromServer, ToServer>['emit'];
  /** Sends to this room and waits for the answer. */
  request: Channel<FromServer, ToServer>['request'];
  /** Asks once more for a room that was refused, or left by hand. */
  retry(): void;
}

export interface UsePresence<Info> extends RoomFate {
  /** One entry a user, oneself included. */
  members: ComputedRef<readonly Member<Info>[]>;
  /** Changes what the others see of this user. Resolves when the gateway has taken it. */
  update(info: Info): Promise<void>;
}

export interface UseTyping {
  /** The others that are typing. */
  users: ComputedRef<readonly string[]>;
  /** Call it at each keystroke: few messages go out, and typing ends by itself. */
  start(user?: string): void;
  /** Tells at once that one has stopped, such as when the message has been sent. */
  stop(): void;
}

export interface UseMessages<Data, Sent = Data> extends RoomFate {
  messages: ComputedRef<readonly ListedMessage<Data>[]>;
  /**
   * Sends a message and shows it at once; its `status` tells what became of it. Of a reactive object it sends and lists what
   * that holds now. The `data` of a message that failed may be sent again: it is then listed once.
   */
  send(data: Sent): void;
}

type RoomEvent<E> = readonly [room: MaybeRefOrGetter<RoomName>, event: MaybeRefOrGetter<E>];

/** Hears an event of the connection, of the server, or of one room, which the component is then in. */
export interface UseEvent<FromServer extends object> {
  <E extends EventName<LifecycleEvents>>(
    event: MaybeRefOrGetter<E>,
    handler: (details: LifecycleEvents[E]) => unknown,
  ): void;
  <E extends EventName<ChannelEvents>>(
    event: MaybeRefOrGetter<RoomEvent<E>>,
    handler: (details: ChannelEvents[E]) => unknown,
  ): void;
  <E extends EventName<FromServer>>(
    event: MaybeRefOrGetter<E | RoomEvent<E>>,
    handler: EventHandler<DataOf<FromServer, E>>,
  ): void;
}

/** The composables, typed by the events of each direction. */
export interface RealtimeComposables<FromServer extends object, ToServer extends object> {
  useRealtime(): ToporiaRealtime<FromServer, ToServer>;
  useConnectionState(): ComputedRef<ConnectionState>;
  useRoom(
    room: MaybeRefOrGetter<RoomName>,
    options?: MaybeRefOrGetter<RoomOptions>,
  ): UseRoom<FromServer, ToServer>;
  useEvent: UseEvent<FromServer>;
  usePresence<Info = unknown>(
    room: MaybeRefOrGetter<RoomName>,
    options?: MaybeRefOrGetter<RoomOptions>,
  ): UsePresence<Info>;
  useTyping(room: MaybeRefOrGetter<RoomName>): UseTyping;
  useMessages<E extends EventName<FromServer>, Data extends DataOf<FromServer, E> = DataOf<FromServer, E>>(
    room: MaybeRefOrGetter<RoomName>,
    event: MaybeRefOrGetter<E>,
    options?: MaybeRefOrGetter<MessageListOptions<Data> & RoomOptions>,
  ): UseMessages<Data, Sendable<ToServer, E, Data>>;
}
