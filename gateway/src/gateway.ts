import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { attachAdminUi } from './admin/admin-ui';
import { createAdmission } from './admission';
import type { Gateway } from './api';
import { createAuthorization } from './auth/authorization';
import { brokerOf, socketIoLink } from './broker/choose';
import { Capacity } from './capacity';
import { BrokerLog } from './cluster/broker-log';
import type { Cluster } from './cluster/cluster';
import { createCluster } from './cluster/create-cluster';
import { SharedCounts } from './cluster/shared-counts';
import { type GatewayOptions, resolveSettings, SettingsError } from './config';
import { adaptEncoder } from './delivery/encoder';
import { Departures } from './departures';
import { Everywhere } from './everywhere';
import { Handlers } from './handlers';
import { Hooked } from './hooks/hooked';
import { watchedPolicy, watchPublish } from './hooks/watched';
import { attachHttpApi } from './http/api';
import { createHttpServer } from './http/server';
import { sendElsewhere } from './limits/elsewhere';
import { createLimits } from './limits/limits';
import { listenOn, urlOf } from './listening';
import { ownLog } from './log/own-log';
import { silentLogger } from './logger';
import { createFigures } from './metrics/figures';
import { measureBroker } from './metrics/measured-broker';
import { Meter } from './metrics/meter';
import { statsOf } from './metrics/stats';
import { Middlewares } from './middleware';
import { Namespaces } from './namespaces';
import type { Parts } from './parts';
import { programApi } from './program-api';
import { Publisher } from './publisher';
import { createRetention } from './retention';
import type { Settings } from './settings';
import { shutDown, trackSockets } from './shutdown';
import { socketOptions } from './socket-options';
import { createTraffic } from './traffic';
import { makeGateway } from './workers/current';

export type { Parts } from './parts';

/**
 * A gateway in this process. It serves nobody before `listen()`.
 *
 * The environment is read only where it is given: `createGateway({ env: process.env })`.
 *
 * @throws {SettingsError} for an option that is wrong or unknown.
 * @example
 * const gateway = createGateway({ jwt_secret: 'a long secret' });
 * await gateway.listen(3000);
 * gateway.broadcast('chat.room.1', 'message.sent', { text: 'Hello' });
 */
export function createGateway<const Pattern extends string = string>(
  options: GatewayOptions<Pattern> = {},
): Gateway {
  // Each rule is called with the parameters of its own pattern.
  const { channels, ...others } = options as GatewayOptions;
  const resolved = resolveSettings({ options: others, env: options.env ?? {} });
  return makeGateway(resolved, (settings, parts) =>
    composeGateway(settings, { ...parts, logger: options.logger, channels, hooks: options.hooks }),
  );
}

/** Puts a gateway together from settings that are checked already. */
export function composeGateway(settings: Settings, parts: Parts = {}): Gateway {
  const logger = parts.logger ?? silentLogger;
  const { link } = parts;
  const authorization = createAuthorization(settings, parts.channels, logger);
  const { verifier, developmentMode, anonymousPresence, endpoint, rules } = authorization;
  if (settings.require_auth && !verifier.configured) {
    throw new SettingsError(
      'require_auth',
      'require_auth is true: it needs a jwt_secret or jwks to check tokens with',
    );
  }
  const capacity = new Capacity(settings.limits.namespaces_per_connection);
  const now = parts.now ?? (() => performance.now());
  const broker = parts.broker ?? brokerOf(settings, logger);
  const counts = broker && new SharedCounts(broker);
  const limits = createLimits(settings, logger, now, counts);
  // What a broker brings is delivered here alone.
  const alone = broker !== undefined || (settings.broker === 'memory' && !settings.socketio.adapter);
  const shared = broker && settings.room_log ? new BrokerLog(broker) : undefined;
  const log = parts.log ?? shared ?? (broker ? undefined : ownLog(settings, now, alone, logger));
  const retention = createRetention(settings, now, log);
  const cluster: Cluster | undefined =
    broker && counts && createCluster(broker, counts, retention, (): Namespaces => namespaces, logger);
  const meter = settings.metrics && new Meter();
  if (broker && meter) measureBroker(broker, meter);
  const hooked = parts.hooks && new Hooked(parts.hooks, logger);
  const handlers = new Handlers();
  const middlewares = new Middlewares(logger);
  const server = createHttpServer(settings);
  // Of polling a client has two; the rest is for the HTTP API, and for who is refused and told so.
  server.maxConnections = 2 * settings.max_conn + 2_000;
  const sockets = trackSockets(server);
  const io = new Server(
    socketOptions(settings, settings.broker === 'memory' ? link?.adapters.create : undefined),
  );
  const isJson = !settings.socketio.parser;
  if (isJson) adaptEncoder(io);
  const others = socketIoLink(settings);
  const onLogError = (error: unknown) => logger.error({ err: error }, 'a message could not be logged');
  let state: 'idle' | 'listening' | 'retiring' | 'closing' = 'idle';
  const departures = new Departures();
  let ended: Promise<void> | undefined;
  let endAdminUi: (() => void) | undefined;

  const traffic = createTraffic({
    settings,
    limits,
    policy: watchedPolicy(parts.policy ?? authorization.policy, meter, hooked),
    foreseen: parts.policy ? {} : { endpoint, rules },
    verifier,
    tokens: { tolerance: settings.jwt_clock_tolerance, grace: settings.token_grace, clock: parts.clock },
    anonymousPresence,
    handlers,
    middlewares,
    retention,
    publisher: () => publisher,
    departures,
    meter,
    hooked,
    logger,
  });
  const { admin } = settings;
  const listed =
    settings.namespaces && new Set([...settings.namespaces, ...(admin ? [admin.namespace] : [])]);
  const admit = createAdmission({
    capacity,
    limits,
    verifier,
    listed: listed && ((name) => listed.has(name) || handlers.serves(name)),
    closing: () => state === 'closing',
    logger,
  });
  const namespaces: Namespaces = new Namespaces({
    io,
    admit,
    apart: admin?.namespace,
    onConnection: traffic,
    space: {
      alone,
      // Another process gets packets as they are.
      takesTexts: alone && isJson,
      log: retention.log,
      onLogError,
      graces: retention.graces,
      broker,
      cluster,
      readers: retention.readers,
    },
    visited: retention.visited,
    onOpen: cluster && ((name) => cluster.gossip.opened(name)),
  });
  const publisher = new Publisher(namespaces, retention, onLogError, cluster, watchPublish(meter, hooked));
  const everywhere = new Everywhere(namespaces, cluster);
  const ownUrl = () => urlOf(link ? link.address : (server.address() as AddressInfo | null), settings.ssl);
  const isReady = () => state === 'listening' && (cluster?.isReady ?? true);
  const figures =
    settings.metrics &&
    meter &&
    createFigures(
      settings.metrics,
      { io, namespaces, limits, retention, meter, isReady, broker },
      logger,
      link,
    );

  const gateway: Gateway = {
    ...programApi({ publisher, everywhere, handlers, middlewares, taken: admin?.namespace }),
    io,
    settings,
    developmentMode,
    get url() {
      const url = ownUrl();
      if (!url) throw new Error('The gateway does not listen; call listen() first.');
      return url;
    },
    get isReady() {
      return isReady();
    },
    get metricsUrl() {
      return figures?.urlBeside(ownUrl());
    },
    async metrics() {
      if (!figures) throw new Error('The gateway counts nothing; create it with metrics: true.');
      return figures.text();
    },
    async listen(port = settings.port, host = settings.host) {
      if (state !== 'idle') {
        throw new Error(
          `The gateway is ${state}; a gateway listens once. Create another with createGateway().`,
        );
      }
      await others?.open(io);
      endAdminUi ??= admin && (await attachAdminUi({ io, settings: admin, limits, admit, logger }));
      await figures?.listen();
      const listening = link?.listen(port, host, server.maxConnections) ?? listenOn(server, port, host);
      await listening.catch((error: unknown) => {
        figures?.close();
        throw error;
      });
      server.on('error', (error) => logger.error({ err: error }, 'the HTTP server failed'));
      state = 'listening';
      cluster?.start();
      return gateway;
    },
    close() {
      if (!ended) {
        const delay = state === 'listening' ? settings.drain_delay : 0;
        state = 'retiring';
        ended = shutDown({
          io,
          server,
          sockets,
          capacity,
          departures,
          delay,
          spread: settings.drain_time,
          timeout: settings.shutdown_timeout,
          onClosing: () => {
            state = 'closing';
            link?.leave();
          },
          onEnding: () => {
            limits.stop();
            retention.stop();
          },
        }).finally(() => {
          figures?.stop();
          endAdminUi?.();
          return Promise.all([
            endpoint?.close(),
            cluster?.stop(settings.presence_grace),
            others?.close(),
            link?.close(),
          ]);
        });
      }
      return ended;
    },
    stats: () => statsOf(namespaces, limits, retention, broker),
  };

  // Before Socket.IO, which puts itself in front of the listeners that it finds.
  const more = { broker, metrics: figures?.answer, hooked };
  attachHttpApi(server, gateway, logger, undefined, limits.failedKeys, more);
  io.attach(server);
  link?.shareSessions(server, io, settings.socketio.path?.replace(/\/?$/, '/') ?? settings.path);
  capacity.watch(io);
  sendElsewhere(io, () => state === 'closing');
  limits.watch(io);
  figures?.watch(server);
  return gateway;
}
