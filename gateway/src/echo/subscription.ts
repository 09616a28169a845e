import type { Socket } from 'socket.io';
import { type GatewayError, isRecord, type MemberPayload } from '../../../src/protocol';
import { type Dialect, dialectOf } from '../delivery/dialects';
import { SUBSCRIBED } from './names';

/** The form in which a `subscribe` asks for its room's messages: Laravel Echo sends headers where others send a signature. */
export function dialectOfSubscribe(socket: Socket, payload: unknown): Dialect {
  const usual = dialectOf(socket);
  const isEcho = isRecord(payload) && Object.hasOwn(payload, 'auth') && isRecord(payload.auth);
  return isEcho && usual === 'plain' ? 'echo' : usual;
}

/** Tells a client that it is in, beside the acknowledgement, for which neither Echo nor clients of the PHP gateway ask. */
export function tellSubscribed(
  socket: Socket,
  dialect: Dialect,
  channel: string,
  members: readonly MemberPayload[] | undefined,
): void {
  if (dialect !== 'echo') {
    socket.emit('subscribed', { channel });
    return;
  }
  socket.emit('subscribed', channel);
  if (!members) return;
  const shown = members.map(({ user_id, user_info }) => ({ user_id, user_info }));
  socket.emit(SUBSCRIBED, channel, shown);
}

/** Tells a client that it is not. */
export function tellRefused(
  socket: Socket,
  dialect: Dialect,
  channel: string | undefined,
  error: GatewayError,
): void {
  if (dialect === 'echo') socket.emit('subscription_error', channel, statusOf(error));
  else socket.emit('subscription_error', { channel, message: error.message });
}

/** What the application's endpoint answered with, or the nearest to what the gateway says itself. */
function statusOf({ status, code }: GatewayError): number {
  if (status !== undefined) return status;
  if (code === 'internal') return 503;
  return code === 'rate_limited' || code === 'limit' ? 429 : 403;
}
