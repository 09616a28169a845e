import type { Socket } from 'socket.io';
import { type ErrorReply, isRecord, JOIN_EVENTS, LEAVE_EVENTS, MAX_ROOM_NAME } from '../../../src/protocol';
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
  const { message } = error;
  const room = ROOM_EVENTS.has(event) ? roomOf(payload) : undefined;
  const spelling = event === 'subscribe' || event === 'unsubscribe' ? 'channel' : 'room';
  // Clients of the PHP gateway look for these two alone.
  if (event === 'subscribe') socket.emit('subscription_error', { channel: room, message });
  if (event === 'auth') socket.emit('auth_error', { message });
  ack?.(room === undefined ? { error } : { error, [spelling]: room });
}

function roomOf(payload: unknown): string | undefined {
  const own = (key: string) => (isRecord(payload) && Object.hasOwn(payload, key) ? payload[key] : undefined);
  const name = own('room') ?? own('channel') ?? payload;
  return typeof name === 'string' ? name.slice(0, MAX_ROOM_NAME) : undefined;
}
