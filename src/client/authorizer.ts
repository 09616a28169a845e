import { RealtimeError } from './errors';
import type { AuthorizationOptions, RoomCredentials } from './options';

/** Asks for several rooms at once; what went wrong with one room doesn't concern the others. */
export type Authorize = (
  rooms: string[],
  socketId: string,
) => Promise<Record<string, RoomCredentials | Error>>;

/** The way to authorize that the options name, if any. */
export function authorizerOf(options: AuthorizationOptions): Authorize | undefined {
  const { authorizer, authEndpoint } = options;
  if (authorizer) return async (rooms, socketId) => authorizer(rooms, socketId);
  if (!authEndpoint) return undefined;
  return async (rooms, socketId) => {
    const headers = await headersFor(authEndpoint, options);
    const answers = rooms.map(async (room) => [
      room,
      await post(authEndpoint, room, socketId, headers, options),
    ]);
    return Object.fromEntries(await Promise.all(answers));
  };
}

async function headersFor(url: string, options: AuthorizationOptions): Promise<Record<string, string>> {
  const { authHeaders, bearerToken, csrfToken = pageToken(url) } = options;
  const bearer = await (typeof bearerToken === 'function' ? bearerToken() : bearerToken);
  return {
    Accept: 'application/json',
    ...(csrfToken && { 'X-CSRF-TOKEN': csrfToken }),
    ...(bearer && { Authorization: `Bearer ${bearer}` }),
    ...(await (typeof authHeaders === 'function' ? authHeaders() : authHeaders)),
  };
}

/** What Laravel puts into its pages; it is for the page's own server alone. */
function pageToken(url: string): string | undefined {
  if (typeof document !== 'object' || !/^\/\w/.test(url)) return undefined;
  return document.querySelector<HTMLMetaElement>('[name=csrf-token]')?.content;
}

/** Resolves also with the error, so that it is this room's alone. */
async function post(
  url: string,
  room: string,
  socketId: string,
  headers: Record<string, string>,
  { withCredentials }: AuthorizationOptions,
): Promise<RoomCredentials | RealtimeError> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ socket_id: socketId, channel_name: room }),
      ...(withCredentials && { credentials: 'include' }),
    });
    const { status } = response;
    const body = await response.text();
    const credentials = response.ok && parsed(body);
    if (credentials) return credentials;
    const code = status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'authorization_failed';
    return new RealtimeError(code, `${url} answered ${status} for "${room}"`, { status, body });
  } catch (error) {
    return new RealtimeError('authorization_failed', `${url}: ${(error as Error).message}`, error);
  }
}

function parsed(body: string): RoomCredentials | undefined {
  try {
    const credentials = JSON.parse(body);
    if (credentials.auth) return credentials;
  } catch {}
  return undefined;
}
