import type { ListedMessage, MessageListOptions } from '../bindings/messages';
import type { RoomStatus } from '../bindings/room';
import type {
  Channel,
  ConnectionState,
  EventHandler,
  LifecycleEvents,
  Member,
  RealtimeError,
  ToporiaRealtime,
} from '../index';
import type { RoomName, RoomOptions } from './room';

/** The payload of an event of a map, which names a handler or the payload alone. */
type DataOf<Events, E extends keyof Events> = Events[E] extends (
  data: infer Data,
  ...rest: never[]
) => unknown
  ? Data
  : Events[E];
type NameOf<Events> = keyof Events & string;

export interface UseRoom<FromServer extends object, ToServer extends object> {
  status: RoomStatus;
  /** Why the room could not be joined; only with the status `error`. */
  error: RealtimeError | undefined;
  /** One entry a user, in presence rooms. */
  members: readonly Member[];
  /** The room's handle, once the component is shown. */
  channel: Channel<FromServer, ToServer> | undefined;
  /** Sends to this room. Throws before the component is shown. */
  emit: Channel<FromServer, ToServer>['emit'];
  /** Asks once more for a room that was refused. */
  retry(): void;
}

export interface UsePresence<Info> {
  members: readonly Member<Info>[];
  status: RoomStatus;
  error: RealtimeError | undefined;
  /** Changes what the others see of this user. */
  update(info: Info): Promise<void>;
}

export interface UseTyping {
  /** The others that are typing. */
  users: readonly string[];
  /** Call it at each keystroke: few messages go out, and typing ends by itself. */
  start(user?: string): void;
  stop(): void;
}

export interface UseMessages<Data> {
  messages: readonly ListedMessage<Data>[];
  /** Sends a message and shows it at once; its `status` tells what became of it. */
  send(data: Data): void;
  status: RoomStatus;
  error: RealtimeError | undefined;
}

/** The hooks, typed by the events of each direction. */
export interface RealtimeHooks<FromServer extends object, ToServer extends object> {
  useRealtime(): ToporiaRealtime<FromServer, ToServer>;
  useConnectionState(): ConnectionState;
  useRoom(room: RoomName, options?: RoomOptions): UseRoom<FromServer, ToServer>;
  useEvent<E extends keyof LifecycleEvents>(
    event: E,
    handler: (details: LifecycleEvents[E]) => unknown,
  ): void;
  useEvent<E extends NameOf<FromServer>>(
    event: E | readonly [room: RoomName, event: E],
    handler: EventHandler<DataOf<FromServer, E>>,
  ): void;
  usePresence<Info = unknown>(room: RoomName, options?: RoomOptions): UsePresence<Info>;
  useTyping(room: RoomName): UseTyping;
  useMessages<E extends NameOf<FromServer>>(
    room: RoomName,
    event: E,
    options?: MessageListOptions<DataOf<FromServer, E>> & RoomOptions,
  ): UseMessages<DataOf<FromServer, E>>;
}
