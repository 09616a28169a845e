import type { Socket } from 'socket.io';
import type { JoinPolicy } from './auth/join-policy';
import type { TokenVerifier } from './auth/jwt';
import { TokenLives } from './auth/token-lives';
import type { Clock } from './clock';
import { createCommands } from './commands';
import { Connection } from './connection';
import { createDispatch } from './dispatch';
import { runHandler } from './handler-context';
import type { Handlers } from './handlers';
import { Joining, upToDate } from './joining';
import type { Logger } from './logger';
import type { Middlewares } from './middleware';
import type { Publisher } from './publisher';
import { relay } from './relay';
import { enterUserRoom, leaveAll } from './rooms';
import type { Settings } from './settings';
import type { Space } from './space';

export interface TrafficOptions {
  readonly limits: Settings['limits'];
  readonly policy: JoinPolicy;
  readonly verifier: TokenVerifier;
  /** Ms that a token holds beyond its end, and that a client then has to bring a fresh one. */
  readonly tokens: { readonly tolerance: number; readonly grace: number; readonly clock: Clock | undefined };
  readonly anonymousPresence: boolean;
  readonly handlers: Handlers;
  readonly middlewares: Middlewares;
  readonly publisher: () => Publisher;
  readonly logger: Logger;
}

/** Follows a socket from its connection on: what it sends goes to the dispatch, and when it goes its places are freed. */
export function createTraffic(options: TrafficOptions): (socket: Socket, space: Space) => void {
  const { limits, policy, verifier, anonymousPresence, handlers, middlewares, publisher, logger } = options;

  const lives = new TokenLives({ ...options.tokens, logger });
  const onError = (error: unknown, event: unknown, connection: Connection) => {
    logger.error({ err: error, event, socket: connection.id }, 'an event could not be handled');
  };
  const senderOf = (connection: Connection) =>
    connection.user?.id ?? (anonymousPresence ? connection.id : undefined);
  const handle: ReturnType<typeof createDispatch> = (connection, event, args) =>
    dispatch(connection, event, args);

  const dispatch = createDispatch({
    commands: createCommands({
      joining: new Joining(policy, limits.rooms_per_connection, onError, middlewares),
      verifier,
      lives,
      batchSize: limits.batch_size,
      handle,
      onError,
    }),
    handler: (namespace, event) => handlers.find(namespace, event),
    runHandler: (handler, connection, args) =>
      runHandler(handler, connection, args, (room, event, data, except) =>
        publisher().broadcast(connection.space.name, room, event, data, except, senderOf(connection)),
      ),
    middlewares,
    relay: (connection, event, args) => relay(connection, event, args, senderOf(connection)),
  });

  return (socket, space) => {
    const connection = new Connection(socket, space, {
      handle,
      refresh: upToDate,
      onError,
      pendingRoomEvents: limits.pending_joins,
    });
    enterUserRoom(connection);
    lives.follow(connection);
    // A middleware sees every event, whatever its name, in the tick in which it comes.
    socket.use((packet: unknown[], next) => {
      const event = packet[0];
      // What a program listens to itself, by `gateway.io`, is its own affair.
      if (typeof event === 'string' && event !== 'error' && socket.listenerCount(event) > 0) return next();
      const last = packet.length > 1 ? packet[packet.length - 1] : undefined;
      const ack = typeof last === 'function' ? (last as (reply: unknown) => void) : undefined;
      if (!connection.closed) connection.receive(event, packet.slice(1, ack ? -1 : undefined), ack);
    });
    socket.once('disconnect', () => {
      connection.end();
      lives.forget(connection);
      leaveAll(connection);
    });
  };
}
