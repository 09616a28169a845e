import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import type { Clock } from './clock';
import type { GatewayProtocol } from './gateway-kind';

/** A token, the whole `auth` object of the handshake, or nothing for an anonymous connection. */
export type Credentials = string | Record<string, unknown> | null | undefined;

export interface Logger {
  warn(message: string, details?: unknown): void;
}

export interface OfflineQueueOptions {
  /** Messages kept while there is no connection. Default 1,000. */
  limit?: number;
  /** What happens with one more: it is refused with `queue_full` (`error`, the default), or the oldest is. */
  overflow?: 'error' | 'drop-oldest';
}

export interface BatchOptions {
  /** Longest that a message waits for others, in ms. Default 20. */
  interval?: number;
  /** Messages in one batch. Default 50; the gateway takes 500 unless configured otherwise. */
  maxSize?: number;
}

/** Waiting for an answer. */
export interface WaitOptions {
  /** Milliseconds; default is the client's `ackTimeout`. `Infinity` waits for ever. */
  timeout?: number;
  signal?: AbortSignal;
}

/**
 * - `at-most-once`: sent once; where no answer came, it may have arrived or not
 * - `at-least-once`: kept until it is answered, and sent again after a reconnect; our gateway and the receivers drop the
 *   repeats
 */
export type DeliveryGuarantee = 'at-most-once' | 'at-least-once';

export interface SendOptions extends WaitOptions {
  /** Drop the message instead of keeping it when it can't be sent at once. */
  volatile?: boolean;
  /** Default is that of the client. */
  delivery?: DeliveryGuarantee;
}

export interface JoinOptions extends WaitOptions {
  /** Signature of the application's `/broadcasting/auth` endpoint, or whatever else the gateway takes. */
  auth?: unknown;
  /** The JSON text that was signed together with the room, for presence rooms. */
  channelData?: unknown;
  /** What others see of this member, where the gateway admits anonymous members. */
  info?: unknown;
  /** Begin with so many of the room's last messages, where the gateway keeps them; they are heard before `joined`. */
  rewind?: number;
}

type SocketIoOptions = Partial<ManagerOptions & SocketOptions>;

/** What admits to a private or presence room: the answer of the application's `/broadcasting/auth`. */
export interface RoomCredentials {
  /** `<app key>:<signature>`. */
  auth: string;
  /** The text that was signed together with a presence room. */
  channel_data?: string;
}

type MaybeLater<T> = T | Promise<T>;

/** How private and presence rooms are authorized, where the gateway asks for signatures. */
export interface AuthorizationOptions {
  /** Where to POST `socket_id` and `channel_name`, such as `/broadcasting/auth`. */
  authEndpoint?: string;
  /** Headers of that request. */
  authHeaders?: Record<string, string> | (() => MaybeLater<Record<string, string>>);
  /** Sent there as `Authorization: Bearer …`. */
  bearerToken?: string | (() => MaybeLater<string>);
  /** Sent there as `X-CSRF-TOKEN`; default is that of the page's `<meta name="csrf-token">`, for the page's own server. */
  csrfToken?: string;
  /** Send cookies there, and with polling, to other origins too. */
  withCredentials?: boolean;
  /** Asked instead of an endpoint, for all rooms at once that are joined in one turn. A room left out is refused. */
  authorizer?: (
    rooms: readonly string[],
    socketId: string,
  ) => MaybeLater<Record<string, RoomCredentials | Error>>;
}

/** Options of `ToporiaRealtime`; those of Socket.IO pass through. */
export interface RealtimeOptions
  extends AuthorizationOptions,
    Omit<
      SocketIoOptions,
      | 'auth'
      | 'autoConnect'
      | 'transports'
      | 'withCredentials'
      | 'timeout'
      | 'ackTimeout'
      | 'retries'
      | 'randomizationFactor'
    > {
  /** Asked anew before each connection when it is a function. */
  auth?: Credentials | (() => Credentials | Promise<Credentials>);
  /** Connect by itself. Default true. */
  autoConnect?: boolean;
  /** Which gateway it is: `toporia`, `toporia-php` on Swoole, or (`auto`, the default) what it tells itself. */
  protocol?: GatewayProtocol;
  /** Tried in this order. Default `['websocket', 'polling']`. */
  transports?: NonNullable<SocketIoOptions['transports']>;
  /**
   * Longest that one try to connect may take, in ms; each transport, and the namespace's answer, has its share.
   * Default 20,000.
   */
  timeout?: number;
  /** Longest wait for an ack, a join, a leave or `ready()`, in ms. Default 10,000. */
  ackTimeout?: number;
  offlineQueue?: OfflineQueueOptions;
  /** Gather what is sent, and send it as one event, where the gateway takes that. Default: each by itself, at once. */
  batch?: BatchOptions;
  /** How far a message is followed that says nothing else itself. Default `at-most-once`. */
  delivery?: DeliveryGuarantee;
  /** Gets warnings and what no handler of `error` heard. Nothing is printed without it. */
  logger?: Logger;
  /** Time and chance, for tests. */
  clock?: Clock;
}
