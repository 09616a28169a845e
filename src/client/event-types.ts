import type { MessageMeta } from '../protocol';
import type { ConnectionState } from './connection-state';
import type { RealtimeError } from './errors';
import type { Gap } from './recovery';

/** Used where no event map is given: any name and any payload goes. */
export interface AnyEvents {
  [event: string]: (data: unknown, ack?: (reply: unknown) => void) => void;
}

/** A map may also name the payload alone. */
type Arguments<F> = F extends (...args: infer A) => unknown ? A : [data: F];

export type EventName<Events> = keyof Events & string;

/** The payload of an event: the first argument of its entry in the map. */
export type DataOf<Events, E extends keyof Events> = Arguments<Events[E]>[0];

/** The answer to an event: what its entry's ack callback takes. */
export type ReplyOf<Events, E extends keyof Events> =
  Arguments<Events[E]> extends [unknown?, (infer Ack)?]
    ? NonNullable<Ack> extends (reply: infer Reply) => unknown
      ? Reply
      : unknown
    : unknown;

/** Where the type is unknown, a handler may name the one that it expects. */
type Loose<T, Rest extends unknown[]> = { handle(value: T, ...rest: Rest): unknown }['handle'];
type Callback<T, Rest extends unknown[]> = unknown extends T
  ? Loose<T, Rest>
  : (value: T, ...rest: Rest) => unknown;

/** Handles a server event: its payload, and what the gateway tells of it. */
export type EventHandler<Data> = Callback<Data, [meta: MessageMeta]>;

export interface Failure {
  error: RealtimeError;
}

/** Takes the answer, or `{ error }` when none came or the gateway refused. */
export type AckCallback<Reply> = unknown extends Reply
  ? Loose<unknown, []>
  : (reply: (Reply extends object ? Reply & { error?: undefined } : Reply) | Failure) => unknown;

/** The ack alone, where the map says that there need be no payload. */
export type AckAlone<Data, Reply> = undefined extends Data ? [ack: AckCallback<Reply>] : never;

/** The payload, which may be left out where the map says that it may be undefined. */
export type Payload<Data> = undefined extends Data ? [data?: Data] : [data: Data];

/** The SDK's own events and what their handlers get. */
export interface LifecycleEvents {
  /** At each connection, before any room is rejoined. */
  connected: { id: string };
  disconnected: { reason: string };
  /** A try is due in `delay` ms. */
  reconnecting: { attempt: number; delay: number };
  /** Connected again, and every room has been rejoined or has told its error. */
  reconnected: { attempt: number };
  /** The last try that `reconnectionAttempts` allows has failed. */
  reconnect_failed: { attempts: number };
  connect_error: RealtimeError;
  /** What could not be told to any caller: a handler that threw, a room that could not be rejoined. */
  error: RealtimeError;
  /** Messages of that room, or to this user, may have been missed while there was no connection. */
  gap: { channel: string } & Gap;
  state: StateChange;
}

export interface StateChange {
  state: ConnectionState;
  previous: ConnectionState;
  reason: string | undefined;
}
