import { isRecord, isRoomName } from '../../../src/protocol';
import { type EndpointPolicy, isForEndpoint } from '../auth/endpoint-policy';
import type { Connection } from '../connection';
import type { Middlewares } from '../middleware';
import { dialectOfSubscribe } from './subscription';

export interface LookAheadOptions extends EndpointPolicy {
  readonly middlewares: Middlewares;
  readonly requireAuth: boolean;
}

/**
 * Begins the questions of those subscriptions that wait for an earlier one of their connection. A page subscribes to all of
 * its channels at once, and would else have them one after the other, each a journey to the application later.
 */
export function createLookAhead(options: LookAheadOptions) {
  const { endpoint, rules, middlewares, requireAuth } = options;

  return (connection: Connection, event: unknown, args: readonly unknown[]): void => {
    if (!endpoint || event !== 'subscribe' || (requireAuth && !connection.user)) return;
    // They may yet refuse it, or ask for something else.
    if (middlewares.serve(connection.space.name)) return;
    const payload = args[0];
    if (!isRecord(payload) || !isRoomName(payload.channel) || connection.rooms.has(payload.channel)) return;
    const { channel, auth } = payload;
    const dialect = dialectOfSubscribe(connection.socket, payload);
    const found = rules?.book.find(channel);
    if (isForEndpoint(connection, channel, dialect, found)) endpoint.begin(connection, channel, auth);
  };
}
