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
  status: RoomStatus;
  /** Why the room could not be joined; only with the status `error`. */
  error: RealtimeError | undefined;
}

export interface UseRoom<FromServer extends object, ToServer extends object> extends RoomFate {
  /** One entry a user, in presence rooms. */
  members: readonly Member[];
  /** The room's handle, once the component is shown. */
  channel: Channel<FromServer, ToServer> | undefined;
  /** Sends to this room. Throws `left` while the component is not shown, or the room was left by hand. */
  emit: Channel<FromServer, ToServer>['emit'];
  /** Sends to this room and waits for the answer. */
  request: Channel<FromServer, ToServer>['request'];
  /** Asks once more for a room that was refused, or left by hand. */
  retry(): void;
}

export interface UsePresence<Info> extends RoomFate {
  /** One entry a user, oneself included. */
  members: readonly Member<Info>[];
  /** Changes what the others see of this user. Resolves when the gateway has taken it. */
  update(info: Info): Promise<void>;
}

export interface UseTyping {
  /** The others that are typing. */
  users: readonly string[];
  /** Call it at each keystroke: few messages go out, and typing ends by itself. */
  start(user?: string): void;
  /** Tells at once that one has stopped, such as when the message has been sent. */
  stop(): void;
}

export interface UseMessages<Data, Sent = Data> extends RoomFate {
  messages: readonly ListedMessage<Data>[];
  /**
   * Sends a message and shows it at once; its `status` tells what became of it. The `data` of a message that failed may be
   * sent again: it is then listed once.
   */
  send(data: Sent): void;
}

/** Hears an event of the connection, of the server, or of one room, which the component is then in. */
export interface UseEvent<FromServer extends object> {
  <E extends EventName<LifecycleEvents>>(event: E, handler: (details: LifecycleEvents[E]) => unknown): void;
  <E extends EventName<ChannelEvents>>(
    event: readonly [room: RoomName, event: E],
    handler: (details: ChannelEvents[E]) => unknown,
  ): void;
  <E extends EventName<FromServer>>(
    event: E | readonly [room: RoomName, event: E],
    handler: EventHandler<DataOf<FromServer, E>>,
  ): void;
}

/** The hooks, typed by the events of each direction. */
export interface RealtimeHooks<FromServer extends object, ToServer extends object> {
  useRealtime(): ToporiaRealtime<FromServer, ToServer>;
  useConnectionState(): ConnectionState;
  useRoom(room: RoomName, options?: RoomOptions): UseRoom<FromServer, ToServer>;
  useEvent: UseEvent<FromServer>;
  usePresence<Info = unknown>(room: RoomName, options?: RoomOptions): UsePresence<Info>;
  useTyping(room: RoomName): UseTyping;
  useMessages<E extends EventName<FromServer>, Data = DataOf<FromServer, E>>(
    room: RoomName,
    event: E,
    options?: MessageListOptions<Data> & RoomOptions,
  ): UseMessages<Data, Sendable<ToServer, E, Data>>;
}
