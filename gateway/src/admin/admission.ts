import type { Socket } from 'socket.io';
import type { FailedKeys } from '../limits/failed-keys';
import type { Logger } from '../logger';
import type { Credentials } from './credentials';

/** Longest name, password or session that is looked at. */
const LONGEST = 200;

/** What the Admin UI shows as a wrong password. */
const INVALID = 'invalid credentials';

/** Decides who may use the Admin UI: a middleware for its namespace. */
export function createAdminAdmission(credentials: Credentials, failedKeys: FailedKeys, logger: Logger) {
  const decide = async ({ handshake, request, id }: Socket): Promise<Error | undefined> => {
    const { sessionId, username, password } = handshake.auth as Record<string, unknown>;
    if (isText(sessionId) && credentials.holds(sessionId)) return undefined;
    if (!isText(username) || !isText(password)) return new Error(INVALID);
    if (failedKeys.attempt(request) > 0) return new Error('too many attempts; try again later');
    if (await credentials.check(username, password)) return undefined;
    logger.warn({ socket: id, address: handshake.address }, 'a wrong name or password for the Admin UI');
    return new Error(INVALID);
  };
  return (socket: Socket, next: (error?: Error) => void): void => {
    decide(socket).then(next, (error: unknown) => {
      logger.error({ err: error }, 'the password of the Admin UI could not be checked');
      next(new Error('the password could not be checked'));
    });
  };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST;
