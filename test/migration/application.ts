import { type AuthEndpoint, sign, startAuthEndpoint } from '../support/auth-endpoint';

/** The application of the guide: its endpoint knows `Bearer token-of-ann` as the user `ann`, and refuses all else. */
export function startApplication(): Promise<AuthEndpoint> {
  return startAuthEndpoint(({ headers, socketId, room }) => {
    const id = /^Bearer token-of-(\w+)$/.exec(headers.authorization ?? '')?.[1];
    return id ? [200, JSON.stringify(signFor(id, socketId, room))] : [403, '{}'];
  });
}

/** What the application answers to a user. */
export function signFor(id: string, socketId: string, room: string) {
  return room.startsWith('presence-')
    ? sign(socketId, room, { user_id: id, user_info: { name: id } })
    : sign(socketId, room);
}
