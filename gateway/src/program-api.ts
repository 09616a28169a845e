import type { Gateway, GatewayChannel, GatewayNamespace, Middleware } from './api';
import { checkNamespace, checkNamespaces, checkRoom } from './checks';
import type { Everywhere } from './everywhere';
import { checkHandled } from './handled-event';
import { asHandler, type Handlers } from './handlers';
import type { Middlewares } from './middleware';
import type { Publisher } from './publisher';

interface ProgramApiParts {
  readonly publisher: Publisher;
  readonly everywhere: Everywhere;
  readonly handlers: Handlers;
  readonly middlewares: Middlewares;
  /** A namespace that is the Admin UI's. */
  readonly taken: string | undefined;
}

/** What a program does by a gateway: publishes, asks who is where, puts users out, and handles events. */
export function programApi({ publisher, everywhere, handlers, middlewares, taken }: ProgramApiParts) {
  function channel(namespace: string, name: string): GatewayChannel {
    checkRoom(name);
    return {
      name,
      broadcast: (event, data, options = {}) => publisher.broadcast(namespace, name, event, data, options),
      getPresenceData: () => publisher.members(namespace, name),
    };
  }

  function namespaceOf(name: string): GatewayNamespace {
    if (name === taken) throw new Error(`${name} is the Admin UI's; give that another by admin.namespace.`);
    return {
      name,
      on(event: string, ...how: Parameters<typeof asHandler>) {
        checkHandled(event);
        return handlers.add(name, event, asHandler(...how));
      },
      use: (middleware: Middleware) => middlewares.add(name, middleware),
      broadcast: (room, event, data, options = {}) => publisher.broadcast(name, room, event, data, options),
      sendToUser: (userId, event, data, options = {}) =>
        publisher.sendToUser([name], userId, event, data, options.id),
      channel: (room) => channel(name, room),
    };
  }

  const api: Pick<Gateway, 'broadcast' | 'sendToUser' | 'channel' | 'kick' | 'channels' | 'of' | 'use'> = {
    broadcast: (room, event, data, options = {}) =>
      publisher.broadcast(checkNamespace(options.namespace ?? '/'), room, event, data, options),
    sendToUser: (userId, event, data, options = {}) =>
      publisher.sendToUser(checkNamespaces(options.namespace ?? '/'), userId, event, data, options.id),
    channel: (name, options = {}) => channel(checkNamespace(options.namespace ?? '/'), name),
    kick: async (userId, { namespace = '*', reason } = {}) =>
      everywhere.kick(userId, checkNamespaces(namespace), reason),
    channels: async (namespace) =>
      everywhere.channels(namespace === undefined ? undefined : checkNamespace(namespace)),
    of: (namespace) => namespaceOf(checkNamespace(namespace)),
    use: (middleware) => middlewares.add(undefined, middleware),
  };
  return api;
}
