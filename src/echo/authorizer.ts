import { type AuthorizationOptions, RealtimeError, type RoomCredentials } from '../index';
import type { ToporiaEchoOptions } from './options';

/** The `authorizer` that Laravel's documentation shows. */
export type EchoAuthorizer = (
  channel: { name: string },
  options: ToporiaEchoOptions,
) => {
  authorize(
    socketId: string,
    callback: (error: unknown, credentials?: RoomCredentials | null) => void,
  ): unknown;
};

/** Asks it for each of the rooms. */
export function roomAuthorizer(
  authorizer: EchoAuthorizer,
  options: ToporiaEchoOptions,
): NonNullable<AuthorizationOptions['authorizer']> {
  const ask = (name: string, socketId: string) =>
    new Promise<RoomCredentials | Error>((resolve) => {
      authorizer({ name }, options).authorize(socketId, (error, credentials) =>
        resolve(error || !credentials ? refusal(name, error) : credentials),
      );
    }).catch((error) => refusal(name, error));
  return async (rooms, socketId) => {
    const answers = rooms.map(async (room) => [room, await ask(room, socketId)] as const);
    return Object.fromEntries(await Promise.all(answers));
  };
}

/** A refusal of the application is final, other than a request that failed; axios has the status in its `response`. */
function refusal(room: string, error: unknown): RealtimeError {
  const { status, response = { status } } = Object(error) as {
    status?: unknown;
    response?: { status?: unknown };
  };
  const code =
    response.status === 401 ? 'unauthorized' : response.status === 403 ? 'forbidden' : 'authorization_failed';
  const reason = (error as Error | undefined)?.message ?? 'no credentials were given';
  return new RealtimeError(code, `The authorizer failed for "${room}": ${reason}`, error);
}
