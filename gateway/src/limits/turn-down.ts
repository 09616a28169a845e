import type { Socket } from 'socket.io';
import {
  type ErrorReply,
  type GatewayError,
  isRecord,
  JOIN_EVENTS,
  LEAVE_EVENTS,
  MAX_ROOM_NAME,
} from '../../../src/protocol';
import { dialectOfSubscribe, tellRefused } from '../echo/subscription';
import type { Reply } from '../replies';

const ROOM_EVENTS = new Set<unknown>([...JOIN_EVENTS, ...LEAVE_EVENTS]);

/** Answers an event that isn't looked at, in the words that its name calls for. */
export function turnDown(
  socket: Socket,
  event: unknown,
  payload: unknown,
  { error }: ErrorReply,
  ack: ((reply: Reply) => void) | undefined,
): void {
  tell(socket, event, payload, error);
  const room = ROOM_EVENTS.has(event) ? roomOf(payload) : undefined;
  const spelling = event === 'subscribe' || event === 'unsubscribe' ? 'channel' : 'room';
  ack?.(room === undefined ? { error } : { error, [spelling]: room });
}

/** Those who ask for no acknowledgement, such as Laravel Echo and clients of the PHP gateway, look for these two alone. */
export function tell(socket: Socket, event: unknown, payload: unknown, error: GatewayError): void {
  if (event === 'subscribe') tellRefused(socket, dialectOfSubscribe(socket, payload), roomOf(payload), error);
  if (event === 'auth') socket.emit('auth_error', { message: error.message });
}

function roomOf(payload: unknown): string | undefined {
  const own = (key: string) => (isRecord(payload) && Object.hasOwn(payload, key) ? payload[key] : undefined);
  const name = own('room') ?? own('channel') ?? payload;
  return typeof name === 'string' ? name.slice(0, MAX_ROOM_NAME) : undefined;
}
