import type { Socket } from 'socket.io';
import { HELLO } from '../../src/protocol';
import { userRefusal } from './admission';
import type { EndpointPolicy } from './auth/endpoint-policy';
import type { JoinPolicy } from './auth/join-policy';
import type { TokenVerifier } from './auth/jwt';
import { TokenLives } from './auth/token-lives';
import type { Clock } from './clock';
import { createCommands } from './commands';
import { Connection } from './connection';
import type { Departures } from './departures';
import { createDispatch } from './dispatch';
import { createLookAhead } from './echo/ahead';
import { runHandler } from './handler-context';
import type { Handlers } from './handlers';
import type { Hooked } from './hooks/hooked';
import { watchPublish } from './hooks/watched';
import { Joining } from './joining';
import type { Limits } from './limits/limits';
import { turnDown } from './limits/turn-down';
import { authRequired, watchUnauthenticated } from './limits/unauthenticated';
import type { Logger } from './logger';
import type { CountedLimit } from './metrics/counters';
import type { Meter } from './metrics/meter';
import type { Middlewares } from './middleware';
import type { Publisher } from './publisher';
import { relay } from './relay';
import type { Retention } from './retention';
import { enterUserRoom, leaveAll, openUserRoom } from './rooms';
import type { Settings } from './settings';
import type { Space } from './space';

/** Ms in which a client of the SDK says hello, and asks for what it missed; else it hears what is sent to its user all the same. */
const GREETING_TIME = 1_000;

/** By which a client or the gateway itself says that this is the end; all others are a connection that was lost. */
const ENDINGS = new Set(['client namespace disconnect', 'server namespace disconnect']);

export interface TrafficOptions {
  readonly settings: Pick<Settings, 'limits' | 'require_auth'>;
  readonly limits: Limits;
  readonly policy: JoinPolicy;
  /** By which questions can be begun before the policy asks them. */
  readonly foreseen: EndpointPolicy;
  readonly verifier: TokenVerifier;
  /** Ms that a token holds beyond its end, and that a client then has to bring a fresh one. */
  readonly tokens: { readonly tolerance: number; readonly grace: number; readonly clock: Clock | undefined };
  readonly anonymousPresence: boolean;
  readonly handlers: Handlers;
  readonly middlewares: Middlewares;
  readonly retention: Retention;
  readonly publisher: () => Publisher;
  readonly departures: Departures;
  /** Measures, where that is wanted. */
  readonly meter?: Meter | undefined;
  readonly hooked?: Hooked | undefined;
  readonly logger: Logger;
}

/** Follows a socket from its connection on: what it sends goes to the dispatch, and when it goes its places are freed. */
export function createTraffic(options: TrafficOptions): (socket: Socket, space: Space) => void {
  const { settings, limits, policy, verifier, anonymousPresence, handlers, middlewares, publisher, logger } =
    options;
  const { log, readers, repeats, visited } = options.retention;
  const { counters, door, guard } = limits;
  const { require_auth } = settings;

  const lives = new TokenLives({ ...options.tokens, logger });
  const onError = (error: unknown, event: unknown, connection: Connection) => {
    logger.error({ err: error, event, socket: connection.id }, 'an event could not be handled');
  };
  const senderOf = (connection: Connection) =>
    connection.user?.id ?? (anonymousPresence ? connection.id : undefined);
  const { meter, hooked } = options;
  const watch = watchPublish(meter, hooked);
  const plainly: ReturnType<typeof createDispatch> = (connection, event, args) =>
    (require_auth ? authRequired(connection, event, args[0]) : undefined) ??
    dispatch(connection, event, args);
  const counted = meter?.handle(plainly) ?? plainly;
  const handle = hooked?.handle(counted) ?? counted;
  const onLimit = (limit: CountedLimit) => counters.refused('limit', limit);

  const dispatch = createDispatch({
    commands: createCommands({
      joining: new Joining({ policy, limits: settings.limits, onError, onLimit, middlewares }),
      verifier,
      lives,
      batchSize: settings.limits.batch_size,
      onBatchLimit: onLimit,
      userRefusal: (user, { socket }) => userRefusal(user, socket.conn, limits),
      handle,
      onError,
    }),
    handler: (namespace, event) => handlers.find(namespace, event),
    runHandler: (handler, connection, sent) =>
      runHandler(handler, connection, sent, (room, event, data, except) =>
        publisher().broadcast(connection.space.name, room, event, data, {
          except,
          sender: senderOf(connection),
        }),
      ),
    middlewares,
    repeats,
    relay: (connection, sent) => relay(connection, sent, senderOf(connection), watch),
  });

  const ahead = createLookAhead({ ...options.foreseen, middlewares, requireAuth: require_auth });
  const onAnswered = (connection: Connection, event: unknown) => {
    if (!connection.userGate) return;
    // With the hello a client sends its joins, one of which may ask for what its user missed.
    if (event === HELLO) setImmediate(openUserRoom, connection);
    else openUserRoom(connection);
  };

  return (socket, space) => {
    const line = guard.enter(socket);
    const connection = new Connection(socket, space, {
      handle,
      onAnswered,
      ahead,
      onError,
      pendingRoomEvents: settings.limits.pending_joins,
      pendingEvents: settings.limits.pending_events,
      onLimit,
      history: guard.historyOf(line),
      meter,
    });
    options.departures.follow(connection);
    hooked?.connection(socket);
    door.arrived(socket.conn);
    const watch = require_auth
      ? watchUnauthenticated(connection, line, guard, settings.limits.auth_timeout)
      : undefined;
    readers.enter(socket.id, connection.reader);
    const isSilent = log !== undefined && connection.dialect === 'sdk';
    enterUserRoom(connection, isSilent);
    const greeting = isSilent ? setTimeout(openUserRoom, GREETING_TIME, connection).unref() : undefined;
    lives.follow(connection);
    // A middleware sees every event, whatever its name, in the tick in which it comes.
    socket.use((packet: unknown[], next) => {
      const event = packet[0];
      const last = packet.length > 1 ? packet[packet.length - 1] : undefined;
      const ack = typeof last === 'function' ? (last as (reply: unknown) => void) : undefined;
      watch?.();
      if (connection.closed || line.endedBy) return;
      const refusal = guard.refusal(line, event, packet[1]);
      if (refusal) return turnDown(socket, event, packet[1], refusal, ack);
      // What a program listens to itself, by `gateway.io`, is its own affair.
      if (typeof event === 'string' && event !== 'error' && socket.listenerCount(event) > 0) {
        const denial = require_auth ? authRequired(connection, event) : undefined;
        return denial ? ack?.(denial) : next();
      }
      connection.receive(event, packet.slice(1, ack ? -1 : undefined), ack);
    });
    socket.once('disconnect', (reason) => {
      clearTimeout(greeting);
      connection.end();
      lives.forget(connection);
      readers.leave(socket.id);
      if (connection.user) visited.set(space.name, true);
      leaveAll(connection, !ENDINGS.has(reason));
    });
  };
}
