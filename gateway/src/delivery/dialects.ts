import type { Socket } from 'socket.io';
import { isRecord, type LoggedMessage, type MessageMeta, type Position } from '../../../src/protocol';
import { MAX_CLIENT_ID } from '../limits';

/** How a client wants its messages: `(data)`, `(data, meta)` for the SDK, or `(channel, data)` for Laravel Echo. */
export type Dialect = 'plain' | 'sdk' | 'echo';

/** The dialect that the handshake asked for. Echo's is asked for room by room. */
export function dialectOf(socket: Socket): Exclude<Dialect, 'echo'> {
  return clientIdOf(socket) === undefined ? 'plain' : 'sdk';
}

/** The id of the SDK instance that a handshake came from; `undefined` for plain clients, and for what is not well-formed. */
export function clientIdOf(socket: Socket): string | undefined {
  const asked: unknown = socket.handshake.auth.toporia;
  if (!isRecord(asked) || !isShortText(asked.sdk) || !isShortText(asked.client)) return undefined;
  return asked.client;
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_CLIENT_ID;
}

interface Described {
  readonly id: string;
  readonly timestamp: number;
  readonly sender?: string | undefined;
}

/** What an SDK client is told of a message in a room. */
export function metaOf(message: Described, room: string, position: Position | undefined): MessageMeta {
  const meta: MessageMeta = { channel: room, id: message.id, timestamp: message.timestamp };
  if (position) meta.position = position;
  if (message.sender !== undefined) meta.sender = { user_id: message.sender };
  return meta;
}

/** An event for an SDK client. Further arguments of a plain sender follow the meta, which is always the second. */
export function inSdkDialect(event: string, args: readonly unknown[], meta: MessageMeta): LoggedMessage {
  return args.length > 1 ? [event, args[0], meta, ...args.slice(1)] : [event, args[0], meta];
}
