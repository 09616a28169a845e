import {
  type AuthReply,
  type AuthRequest,
  type ErrorReply,
  type GatewayError,
  isRecord,
} from '../../../src/protocol';
import type { User } from '../api';
import type { Connection } from '../connection';
import { userChannelOf } from '../greeting';
import { isThenable, refuse } from '../replies';
import { enterUserRoom } from '../rooms';
import { TokenRefused, type TokenVerifier } from './jwt';
import type { TokenLives } from './token-lives';

/** The `auth` event: tells who is behind a connection that came without a token, or brings a fresh one. */
export async function authenticate(
  connection: Connection,
  payload: unknown,
  verifier: TokenVerifier,
  lives: TokenLives,
  /** Says why the user may not have this connection, if it may not. */
  refusalOf: (
    user: User,
    connection: Connection,
  ) => GatewayError | undefined | PromiseLike<GatewayError | undefined> = () => undefined,
): Promise<AuthReply | ErrorReply> {
  const request: Partial<AuthRequest> = isRecord(payload) ? payload : {};
  try {
    const user = await verifier.verify(request.token, request.guard ?? undefined);
    refuseAnother(connection.user ?? connection.expiredUser, user);
    const refused = refusalOf(user, connection);
    const refusal = isThenable(refused) ? await refused : (refused as GatewayError | undefined);
    if (refusal) {
      connection.socket.emit('auth_error', { message: refusal.message });
      return { error: refusal };
    }
    connection.user = user;
    connection.expiredUser = undefined;
    if (!connection.closed) {
      enterUserRoom(connection);
      lives.follow(connection);
    }
    const channel = connection.dialect === 'sdk' ? await userChannelOf(connection) : undefined;
    const reply: AuthReply = {
      authenticated: true,
      user_id: user.id,
      guard: user.guard,
      method: 'jwt',
      ...(channel && { user: channel }),
    };
    connection.socket.emit('authenticated', reply);
    return reply;
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    connection.socket.emit('auth_error', { message: error.message });
    const { error: refusal } = refuse(error.code, error.message);
    return { error: withRetry(refusal, error) };
  }
}

/** Its rooms and its entries in rosters are those of the first user. */
function refuseAnother(user: User | undefined, other: User): void {
  if (!user || (user.id === other.id && user.guard === other.guard)) return;
  throw new TokenRefused(
    'forbidden',
    'This connection is another user already; open a new one to change users.',
  );
}

/** Tells when the same token may be tried again, where it may. */
export function withRetry<T extends object>(refusal: T, { retryAfter }: TokenRefused): T {
  return retryAfter === undefined ? refusal : { ...refusal, retry_after: retryAfter };
}
