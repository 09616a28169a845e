import type { Socket } from 'socket.io';
import type { GatewayError } from '../../src/protocol';
import type { User } from './api';
import { withRetry } from './auth/authenticate';
import { TokenRefused, type TokenVerifier } from './auth/jwt';
import type { Capacity, Engine } from './capacity';
import type { Limits } from './limits/limits';
import type { Logger } from './logger';
import { namespaceProblem } from './namespace-name';
import { after } from './replies';

/** A client learns of it as `connect_error`, with this in its `data`. */
class Refused extends Error {
  constructor(readonly data: GatewayError) {
    super(data.message);
  }
}

/** What newcomers are told by a gateway that closes. */
export const CLOSING: GatewayError = {
  code: 'limit',
  message: 'The gateway is shutting down; try again.',
  retry_after: 1_000,
};

export interface AdmissionOptions {
  readonly capacity: Capacity;
  readonly limits: Pick<Limits, 'door' | 'users' | 'counters'>;
  readonly verifier: TokenVerifier;
  /** Whether a namespace is one of those that the gateway is restricted to; `undefined` where it isn't. */
  readonly listed: ((namespace: string) => boolean) | undefined;
  readonly closing: () => boolean;
  readonly logger: Logger;
}

/** Decides at the door of a namespace: a middleware for Socket.IO. */
export function createAdmission(options: AdmissionOptions) {
  const { verifier, logger } = options;

  return (socket: Socket, next: (error?: Error) => void): void => {
    const refuse = (error: GatewayError) => {
      logger.debug({ code: error.code, namespace: socket.nsp.name }, 'a client was not let in');
      next(new Refused(error));
    };
    const refusal = noPlaceFor(socket, options);
    if (refusal) {
      refuse(refusal);
      return;
    }
    const { token, guard } = socket.handshake.auth as { token?: unknown; guard?: unknown };
    const anonymous = token === undefined || token === null || token === '';
    // Without a secret there is nobody that a token could stand for.
    if (anonymous || !verifier.configured) {
      next();
      return;
    }
    verifier.verify(token, guard ?? undefined).then(
      (user) =>
        after(userRefusal(user, socket.conn, options.limits), (tooMany) => {
          if (tooMany) return refuse(tooMany);
          (socket.data as { user?: User }).user = user;
          next();
        }),
      (error: unknown) => refuse(tokenError(error, logger)),
    );
  };
}

function noPlaceFor(
  socket: Socket,
  { capacity, limits, listed, closing }: AdmissionOptions,
): GatewayError | undefined {
  const { name } = socket.nsp;
  const engine = socket.conn;
  if (closing()) {
    closeSoon(engine);
    return CLOSING;
  }
  const refusal = limits.door.refusal(engine);
  if (refusal) {
    closeSoon(engine);
    return refusal;
  }
  if (namespaceProblem(name) || listed?.(name) === false) {
    return { code: 'forbidden', message: 'Invalid namespace' };
  }
  if (!capacity.takeNamespace(socket)) {
    limits.counters.refused('limit', 'namespaces_per_connection');
    const message = `A connection may be in at most ${capacity.maxNamespaces} namespaces.`;
    return { code: 'limit', message };
  }
  return undefined;
}

/** Counts a connection as the user's, or says why it may not be. */
export function userRefusal(
  user: User,
  engine: Engine,
  { users, counters }: Pick<Limits, 'users' | 'counters'>,
): GatewayError | undefined | PromiseLike<GatewayError | undefined> {
  return after(users.take(user, engine), (isTaken) => {
    if (isTaken) return undefined;
    counters.refused('limit', 'connections_per_user');
    const message = `You have your ${users.most} connections; close one first.`;
    return { code: 'limit', message, retry_after: 5_000 };
  });
}

/** After the answer, which Socket.IO writes in the next tick. */
function closeSoon(engine: Engine): void {
  setImmediate(() => engine.close());
}

function tokenError(error: unknown, logger: Logger): GatewayError {
  if (error instanceof TokenRefused) return withRetry({ code: error.code, message: error.message }, error);
  logger.error({ err: error }, 'a token could not be checked');
  return { code: 'internal', message: 'The gateway could not check the token.' };
}
