import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Server, Socket } from 'socket.io';
import type { BrokerStatus } from './broker/broker';
import type { Settings } from './settings';

/** Who is behind a connection. */
export interface User {
  id: string;
  guard: string;
  /** What the other members of a presence room see. */
  info: Record<string, unknown>;
  /** The verified claims of the token. */
  claims: Record<string, unknown>;
}

export interface PresenceEntry {
  user_id: string;
  user_info: unknown;
  /** Milliseconds since 1970. */
  connected_at: number;
}

export interface ChannelInfo {
  name: string;
  namespace: string;
  /** Connections that are in the channel. */
  connections: number;
  /** Users in it; only for presence channels. */
  users?: number;
}

export interface BroadcastOptions {
  /** `/` unless given. */
  namespace?: string;
  /** Socket ids that are left out. */
  except?: string | readonly string[];
  /**
   * The message's id, of your own choice: 1 to 64 characters of `A-Z a-z 0-9 . _ - :`. A second message with it to the same
   * room is not published, and answered as the first was, for as long as `limits.repeats_age`.
   */
  id?: string;
}

export interface SendToUserOptions {
  /** One namespace, several, or `'*'` for every one that is in use; `/` unless given. */
  namespace?: string | readonly string[];
  /** As in `broadcast`. */
  id?: string;
}

export interface Published {
  /** The message's id, the same at each receiver. */
  readonly id: string;
  /**
   * Resolves when the message is on its way to the members on all nodes. Rejects with a `BrokerError` where the broker could
   * not be reached; nobody has to handle that.
   */
  readonly sent: Promise<void>;
}

export interface KickOptions {
  /** One namespace, or several; every one unless given. */
  namespace?: string | readonly string[];
  /** Told to the user's clients. */
  reason?: string;
}

export interface GatewayChannel {
  readonly name: string;
  broadcast(event: string, data?: unknown, options?: Omit<BroadcastOptions, 'namespace'>): Published;
  /** One entry a user, however many connections. */
  getPresenceData(): Promise<PresenceEntry[]>;
}

/** What a namespace's own handler knows of the event's sender. */
export interface HandlerContext {
  readonly socket: Socket;
  readonly user: User | undefined;
  readonly namespace: string;
  /** The rooms that the sender is in at this moment. */
  readonly rooms: readonly string[];
  /** The room that the SDK named, if it did and the sender is in it. */
  readonly room: string | undefined;
  /** Publishes to a room of this namespace, the sender left out. */
  broadcast(room: string, event: string, data?: unknown): Published;
  /**
   * Takes the sender into a room on the program's own authority, whatever the rules for clients say. Its client learns of
   * it only by what the handler answers, and does not come back to the room by itself after a reconnect.
   *
   * @throws {Error} for what is no name of a room.
   */
  join(room: string): void;
  /** Takes the sender out of a room; says whether it was in. */
  leave(room: string): boolean;
  /** Ends the sender's connection to this namespace; the SDK and other clients do not come back by themselves. */
  disconnect(): void;
}

/**
 * Its return value is the ack, `{ status: 'ok' }` for none. A `ClientError` that it throws is told to the client; any other
 * becomes an error ack without internals.
 */
export type EventHandler<Data = unknown> = (data: Data, context: HandlerContext) => unknown;

export interface HandlerOptions<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /** Checks the payload before the handler sees it: a schema of zod, valibot, arktype or any other Standard Schema. */
  schema: Schema;
}

/** What a client wants to do, as a middleware sees it. */
export interface MiddlewareEvent {
  /** A message is any event that is not one of the gateway's own, whether it is handled or relayed. */
  readonly type: 'join' | 'leave' | 'message';
  readonly namespace: string;
  /** The room that is joined or left, or that a message names; none for a message to all of the sender's rooms. */
  readonly room: string | undefined;
  /** The event's name; `join` or `subscribe`, `leave` or `unsubscribe` for those. */
  readonly event: string;
  /** The payload. What it is replaced by is what the next ones, and the gateway, see. */
  data: unknown;
  readonly user: User | undefined;
  readonly socket: Socket;
}

/**
 * Stands before each join, leave and message. `next()` goes on, and resolves with what the client will be answered; it
 * never rejects. Whoever does not call it, or throws, turns the event down: a `ClientError` is told to the client. The return
 * value is ignored.
 */
export type Middleware = (event: MiddlewareEvent, next: () => Promise<unknown>) => unknown;

export interface GatewayNamespace {
  readonly name: string;
  /** Handles `event` in this namespace instead of relaying it. Returns what undoes it. */
  on(event: string, handler: EventHandler): () => void;
  /** The same for payloads that fit a schema; others are answered with `invalid_payload`. */
  on<Schema extends StandardSchemaV1>(
    event: string,
    options: HandlerOptions<Schema>,
    handler: EventHandler<StandardSchemaV1.InferOutput<Schema>>,
  ): () => void;
  /** Puts a middleware before the joins, leaves and messages of this namespace, after the gateway's own. Returns what undoes it. */
  use(middleware: Middleware): () => void;
  broadcast(
    channel: string,
    event: string,
    data?: unknown,
    options?: Omit<BroadcastOptions, 'namespace'>,
  ): Published;
  sendToUser(
    userId: string | number,
    event: string,
    data?: unknown,
    options?: Omit<SendToUserOptions, 'namespace'>,
  ): Published;
  channel(name: string): GatewayChannel;
}

export interface GatewayStats {
  /** Connections that were let in; one that is in several namespaces counts once. */
  connections: number;
  /** Rooms that somebody is in, over all namespaces. */
  rooms: number;
  /** What was refused, by the error's code, and by the limit's name (docs/limits.md). */
  refusals: { total: number; by_code: Record<string, number>; by_limit: Record<string, number> };
  /** Connections that were ended, by the limit's name. */
  ended: Record<string, number>;
  /** What is kept for those who come back: rooms with messages, these, and the bytes that they take. */
  room_log: { rooms: number; messages: number; bytes: number };
  /** Messages that would be known if they came once more. */
  remembered_ids: number;
  /** What links this gateway to others, where there are others. */
  broker?: {
    status: BrokerStatus;
    /** Why it is down. */
    problem?: string;
    /** This gateway's name among the others. */
    node: string;
    /** Those that are alive, this one among them. */
    nodes: number;
  };
}

export interface Gateway {
  /** The Socket.IO server underneath. */
  readonly io: Server;
  readonly settings: Settings;
  /** Where the gateway listens, such as `http://127.0.0.1:3000`. Throws before `listen()`. */
  readonly url: string;
  /** No authentication is configured at all (protocol, section 5). */
  readonly developmentMode: boolean;
  /** Starts to listen; `port` and `host` win over the settings. Rejects with a clear error, such as for a port in use. */
  listen(port?: number, host?: string): Promise<Gateway>;
  /**
   * Tells the clients, lets them go, and ends everything. What they have asked for is answered before. Never takes longer
   * than `drain_delay`, `drain_time` and `shutdown_timeout` together.
   */
  close(): Promise<void>;
  /** Accepting connections: false before `listen()`, as soon as `close()` begins, and while the broker can't be reached. */
  readonly isReady: boolean;
  broadcast(channel: string, event: string, data?: unknown, options?: BroadcastOptions): Published;
  /** To every connection of the user in the namespaces. */
  sendToUser(userId: string | number, event: string, data?: unknown, options?: SendToUserOptions): Published;
  /**
   * Puts a user out, on all nodes: each connection is told `toporia:bye` with the code `kicked`, and does not come back by
   * itself. Resolves with the number of connections. Rejects with a `BrokerError` where not all nodes could be told.
   */
  kick(userId: string | number, options?: KickOptions): Promise<number>;
  channel(name: string, options?: { namespace?: string }): GatewayChannel;
  /** Channels with at least one member, over all namespaces or in one. */
  channels(namespace?: string): Promise<ChannelInfo[]>;
  /** Where the figures for Prometheus are told, such as `http://127.0.0.1:9464/metrics`; none before `listen()`, or where they are not. */
  readonly metricsUrl: string | undefined;
  /** The figures themselves, in the text that Prometheus reads. Rejects where `metrics` is off. */
  metrics(): Promise<string>;
  /** What this process has at the moment, and what it has refused since it started. */
  stats(): GatewayStats;
  of(namespace: string): GatewayNamespace;
  /** Puts a middleware before the joins, leaves and messages of every namespace. Returns what undoes it. */
  use(middleware: Middleware): () => void;
}
