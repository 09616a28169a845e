import type { LimitName } from './limit-settings';
import { LIMIT_NAMES, LIMITS } from './limit-table';

/** How a setting is called in each of the three places that it can be read from. */
export interface SettingName {
  /** The option; `redis.host` is `host` of the option `redis`. */
  option: string;
  env?: string;
  /** The flag without its dashes. */
  flag?: string;
  /** What `--help` calls the flag's value; a flag without one is a switch. */
  argument?: string;
  help: string;
  /** Never shown in a message. */
  secret?: true;
}

/** Every setting that has a value a person can write; `--help` lists them in this order. */
export const SETTING_NAMES: readonly SettingName[] = [
  named('transport', 'REALTIME_TRANSPORT', 'transport', 'name', 'the transport; only "socketio"'),
  named('host', 'REALTIME_SOCKETIO_HOST', 'host', 'address', 'address to listen on (0.0.0.0)'),
  named('port', 'REALTIME_SOCKETIO_PORT', 'port', 'number', 'port to listen on; 0 takes a free one (3000)'),
  named('path', 'REALTIME_SOCKETIO_PATH', 'path', 'path', 'HTTP path of Socket.IO (/socket.io/)'),
  named('ssl', 'REALTIME_SOCKETIO_SSL', 'ssl', undefined, 'serve https and wss; needs cert and key'),
  named('cert', 'REALTIME_SOCKETIO_CERT', 'cert', 'file', 'PEM file of the certificate'),
  named('key', 'REALTIME_SOCKETIO_KEY', 'key', 'file', 'PEM file of its private key'),
  named(
    'worker_num',
    'REALTIME_WORKER_NUM',
    'workers',
    'number',
    'processes that serve; "auto" is one for each core (1)',
  ),
  named('max_conn', 'REALTIME_MAX_CONN', 'max-conn', 'number', 'connections at once (8000)'),
  named(
    'heartbeat_check_interval',
    'REALTIME_HEARTBEAT_CHECK_INTERVAL',
    'heartbeat-check-interval',
    'seconds',
    'time between heartbeats (25)',
  ),
  named(
    'heartbeat_idle_time',
    'REALTIME_HEARTBEAT_IDLE_TIME',
    'heartbeat-idle-time',
    'seconds',
    'silence after which a connection is closed (60)',
  ),
  named('namespaces', 'REALTIME_NAMESPACES', 'namespaces', 'list', 'namespaces to admit, with commas (any)'),
  named(
    'broker',
    'REALTIME_BROKER',
    'broker',
    'name',
    'what links several gateways: memory or redis (memory)',
  ),
  named('redis.host', 'REDIS_HOST', 'redis-host', 'address', 'Redis server (127.0.0.1)'),
  named('redis.port', 'REDIS_PORT', 'redis-port', 'number', 'its port (6379)'),
  named('redis.username', 'REDIS_USERNAME', 'redis-username', 'name', 'its user, where it has several'),
  secret('redis.password', 'REDIS_PASSWORD', 'redis-password', 'password', 'its password'),
  named('redis.db', 'REDIS_DB', 'redis-db', 'number', 'number of its database (0)'),
  named('redis.tls', 'REDIS_TLS', 'redis-tls', undefined, 'reach it by TLS'),
  secret(
    'redis.url',
    'REDIS_URL',
    'redis-url',
    'url',
    'all of these in one, such as rediss://user:password@host:6379/0',
  ),
  named(
    'redis.prefix',
    'REALTIME_REDIS_PREFIX',
    'redis-prefix',
    'text',
    'begins the names of all streams and channels (realtime:)',
  ),
  named(
    'cors_origins',
    'REALTIME_CORS_ORIGINS',
    'cors-origins',
    'list',
    'origins whose pages may connect, with commas (*)',
  ),
  secret('api_key', 'REALTIME_API_KEY', 'api-key', 'list', 'keys of the HTTP API, with commas (API off)'),
  secret('jwt_secret', 'JWT_SECRET', 'jwt-secret', 'secret', 'HS256 secret of the tokens'),
  secret('jwks', 'JWT_JWKS_URL', 'jwks-url', 'url', 'public keys of the tokens, a URL or a JWKS file'),
  named(
    'jwt_issuer',
    'JWT_ISSUER',
    'jwt-issuer',
    'list',
    'accepted issuers of the tokens, with commas (any)',
  ),
  named('jwt_audience', 'JWT_AUDIENCE', 'jwt-audience', 'list', 'accepted audiences, with commas (any)'),
  named(
    'jwt_clock_tolerance',
    'JWT_CLOCK_TOLERANCE',
    'jwt-clock-tolerance',
    'ms',
    'time that a token holds beyond its end (5000)',
  ),
  named(
    'token_grace',
    'REALTIME_TOKEN_GRACE',
    'token-grace',
    'ms',
    'time to bring a fresh token once one has expired (30000)',
  ),
  named('app_key', 'BROADCAST_APP_KEY', 'app-key', 'name', "name of the application's secret"),
  secret(
    'app_secret',
    'BROADCAST_APP_SECRET',
    'app-secret',
    'list',
    'secrets of its signatures, with commas',
  ),
  secret(
    'auth_endpoint',
    'REALTIME_AUTH_ENDPOINT',
    'auth-endpoint',
    'url',
    'where the application is asked about the private and presence channels of Laravel Echo',
  ),
  named(
    'auth_headers',
    'REALTIME_AUTH_HEADERS',
    'auth-headers',
    'list',
    'further headers of Echo that are passed on to it, with commas',
  ),
  named(
    'anonymous_presence',
    'REALTIME_ANONYMOUS_PRESENCE',
    'anonymous-presence',
    undefined,
    'let anonymous members into presence rooms',
  ),
  named(
    'require_auth',
    'REALTIME_REQUIRE_AUTH',
    'require-auth',
    undefined,
    'let clients do nothing before they have authenticated',
  ),
  named(
    'trust_proxy',
    'REALTIME_TRUST_PROXY',
    'trust-proxy',
    'which',
    'proxies whose X-Forwarded-For counts: how many, or their addresses with commas (false)',
  ),
  named(
    'room_log',
    'REALTIME_ROOM_LOG',
    'room-log',
    undefined,
    'keep the messages of rooms for those who come back (true)',
  ),
  named(
    'presence_grace',
    'REALTIME_PRESENCE_GRACE',
    'presence-grace',
    'ms',
    'time that a user who was lost stays in a presence room (5000)',
  ),
  ...LIMIT_NAMES.map(limit),
  named(
    'drain_delay',
    'REALTIME_DRAIN_DELAY',
    'drain-delay',
    'ms',
    'time at the end that all goes on while /ready says no (0)',
  ),
  named(
    'drain_time',
    'REALTIME_DRAIN_TIME',
    'drain-time',
    'ms',
    'time over which clients are then told to move (0)',
  ),
  named(
    'shutdown_timeout',
    'REALTIME_SHUTDOWN_TIMEOUT',
    'shutdown-timeout',
    'ms',
    'longest wait for clients to go at the end (8000)',
  ),
  named(
    'metrics',
    'REALTIME_METRICS',
    'metrics',
    undefined,
    'serve metrics for Prometheus, on port 9464 of this machine unless said otherwise',
  ),
  secret(
    'metrics_key',
    'REALTIME_METRICS_KEY',
    'metrics-key',
    'list',
    "keys of /metrics, with commas; without metrics_port it is at the gateway's own port",
  ),
  named('metrics_port', 'REALTIME_METRICS_PORT', 'metrics-port', 'number', 'port of its own for /metrics'),
  named(
    'metrics_host',
    'REALTIME_METRICS_HOST',
    'metrics-host',
    'address',
    'address that this port is on (127.0.0.1)',
  ),
  named(
    'admin.username',
    'REALTIME_ADMIN_USERNAME',
    'admin-username',
    'name',
    "user of Socket.IO's Admin UI, which is off without",
  ),
  secret(
    'admin.password',
    'REALTIME_ADMIN_PASSWORD',
    'admin-password',
    'password',
    'its password, or a bcrypt hash of it',
  ),
  named(
    'admin.readonly',
    'REALTIME_ADMIN_READONLY',
    'admin-readonly',
    undefined,
    'it shows, and changes nothing (true)',
  ),
  named(
    'admin.namespace',
    'REALTIME_ADMIN_NAMESPACE',
    'admin-namespace',
    'name',
    'namespace that it connects to (/toporia-admin)',
  ),
  named(
    'admin.mode',
    'REALTIME_ADMIN_MODE',
    'admin-mode',
    'name',
    'production, or development: all sockets, rooms and events too (production)',
  ),
  named('demo', 'REALTIME_DEMO', 'demo', undefined, 'serve the demo chat at /'),
  named(
    'log_level',
    'REALTIME_LOG_LEVEL',
    'log-level',
    'level',
    'fatal, error, warn, info, debug, trace or silent (info)',
  ),
];

/** Options that only a program can give. */
export const PROGRAM_OPTIONS: readonly string[] = ['channels', 'hooks', 'socketio', 'logger', 'env'];

/** Those of them that belong to a group. */
export const PROGRAM_GROUP_OPTIONS: readonly SettingName[] = [
  { option: 'redis.options', help: 'options of ioredis', secret: true },
  { option: 'redis.cluster', help: 'nodes of a Redis Cluster' },
];

function named(
  option: string,
  env: string,
  flag: string,
  argument: string | undefined,
  help: string,
): SettingName {
  return { option, env, flag, help, ...(argument !== undefined && { argument }) };
}

function secret(option: string, env: string, flag: string, argument: string, help: string): SettingName {
  return { ...named(option, env, flag, argument, help), secret: true };
}

function limit(name: LimitName): SettingName {
  const { help, unit, usual } = LIMITS[name];
  const flag = name.replaceAll('_', '-');
  return named(`limits.${name}`, `REALTIME_${name.toUpperCase()}`, flag, unit, `${help} (${usual})`);
}
