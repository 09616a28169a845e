import type { ByeCode, GatewayError } from './codes';

/** What the SDK sends in the Socket.IO handshake's `auth`. */
export interface HandshakeAuth {
  token?: string;
  guard?: string;
  /** Present when the client is the SDK: asks for the SDK's dialect. */
  toporia?: { sdk: string; client: string };
}

/** A place in a room's log. */
export interface Position {
  /** Another epoch is another log: nothing can be said of what is between the two. */
  epoch: string;
  /** Grows by one with each message of the room; 0 is before the first. */
  offset: number;
}

/** Longest epoch of a position, in characters. */
const MAX_EPOCH = 64;

export function isPosition(value: unknown): value is Position {
  const { epoch, offset } = Object(value) as Partial<Record<keyof Position, unknown>>;
  return (
    typeof epoch === 'string' &&
    epoch !== '' &&
    epoch.length <= MAX_EPOCH &&
    Number.isSafeInteger(offset) &&
    (offset as number) >= 0
  );
}

/** The second argument of every event in the SDK's dialect. */
export interface MessageMeta {
  /** The room that the message was published to. */
  channel?: string;
  /** Unique per message; the same in each room that one message goes to. */
  id?: string;
  /** When the gateway took the message, in milliseconds since 1970. */
  timestamp?: number;
  /** Place in the room's log, where logs are on. */
  position?: Position;
  /** Who sent it, as the gateway knows; a client cannot set it. */
  sender?: { user_id: string };
}

/** What a join may ask for of the room's log; one of the two. */
export interface HistoryRequest {
  /** The last position of the room that the client has seen: it gets what came since. */
  since?: Position;
  /** How many of the last messages it gets. */
  rewind?: number;
}

export interface JoinRequest extends HistoryRequest {
  room: string;
  auth?: unknown;
  channel_data?: unknown;
}

export interface SubscribeRequest extends HistoryRequest {
  channel: string;
  auth?: unknown;
  channel_data?: unknown;
}

/** A message from a room's log, as an SDK client would have got it live: a plain sender's further arguments follow. */
export type LoggedMessage = [event: string, data: unknown, meta: MessageMeta, ...rest: unknown[]];

/** One user in a presence room, however many connections it has there. */
export interface MemberPayload {
  user_id: string;
  user_info: unknown;
  /** When the user's first connection joined, in milliseconds since 1970. */
  connected_at: number;
}

export interface JoinReply {
  room: string;
  /** Only for presence rooms; includes the one who joined. */
  members?: MemberPayload[];
  /** Where the room's log is, where logs are on; what comes after it is sent after this answer. */
  position?: Position;
  /** The answer to `since`: whether `messages` are all that came; without it some may be lost. */
  recovered?: boolean;
  /** What `since` or `rewind` asked for, in order and up to `position`. */
  messages?: LoggedMessage[];
}

export interface ErrorReply {
  error: GatewayError;
  room?: string;
}

export interface LeaveReply {
  room: string;
}

export interface HelloReply {
  protocol: number;
  /** `rooms`: `join` takes a list; `recovery`: rooms have logs; `dedupe`: ids of messages are remembered. */
  features: string[];
  /** Only where the connection is authenticated. */
  user?: UserChannel;
}

/** The room through which a user is sent to; all its connections are in it by themselves. */
export interface UserChannel {
  channel: string;
  /** Where the room's log is, where logs are on; what comes after it is sent to this connection. */
  position?: Position;
}

/** The optional second argument of an event from an SDK client. */
export interface SendOptions {
  /** The room to publish to; without it the message goes to each room that the sender is in. */
  room?: string;
  /** The message's id, chosen by the client. */
  id?: string;
}

export interface AuthRequest {
  token: string;
  guard?: string;
}

export interface AuthReply {
  authenticated: true;
  user_id: string;
  guard: string;
  method: string;
  /** Only to the SDK. */
  user?: UserChannel;
}

export interface UserJoinedPayload {
  user_id: string;
  user_info: unknown;
  channel: string;
}

export interface UserLeftPayload {
  user_id: string;
  channel: string;
}

/** `toporia:gap`; to the SDK the same comes as its meta, too. */
export interface GapPayload {
  channel: string;
  /** Where the room's log is; what is sent from now on comes after that. */
  position: Position;
}

/** `auth_error` when the token of a connection has expired: its private and presence rooms are left already. */
export interface TokenExpiredPayload {
  code: 'token_expired';
  message: string;
}

export interface TokenExpiringPayload {
  /** Milliseconds that the token has left. */
  expires_in: number;
}

export interface ByePayload {
  code: ByeCode;
  /** What the application says of it. */
  reason?: string;
  /** Milliseconds to stay away. */
  retry_after?: number;
}

/** A value with named fields, safe to look into; arrays and binary data are not. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
