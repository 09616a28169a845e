import type { KeySource } from '../auth/key-source';
import type { ChannelRules } from '../auth/rule-types';
import type { GatewayHooks } from '../hooks/hooks';
import type { Logger } from '../logger';
import type { Settings } from '../settings';
import type { LimitSettings } from './limit-settings';
import type { RedisOptions } from './redis-options';

/**
 * What `createGateway` takes. All of it is optional; what is left out is read from `env`
 * by the name in brackets, else has its default.
 */
export interface GatewayOptions<Pattern extends string = string> {
  /** Only `socketio` [`REALTIME_TRANSPORT`]. */
  transport?: 'socketio';
  /** Address to listen on; `0.0.0.0` by default [`REALTIME_SOCKETIO_HOST`]. */
  host?: string;
  /** Port to listen on, 0 takes a free one; 3000 by default [`REALTIME_SOCKETIO_PORT`]. */
  port?: number | string;
  /** HTTP path of the Socket.IO endpoint; `/socket.io/` by default [`REALTIME_SOCKETIO_PATH`]. */
  path?: string;
  /** Serve https and wss; needs `cert` and `key` [`REALTIME_SOCKETIO_SSL`]. */
  ssl?: boolean;
  /** Path of the PEM certificate [`REALTIME_SOCKETIO_CERT`]. */
  cert?: string;
  /** Path of its PEM private key, without a passphrase [`REALTIME_SOCKETIO_KEY`]. */
  key?: string;
  /** Processes that serve, for `toporia-gateway serve`; a program starts its own by `runWorkers` [`REALTIME_WORKER_NUM`]. */
  worker_num?: number | 'auto';
  /** Connections at once; 8,000 by default [`REALTIME_MAX_CONN`]. */
  max_conn?: number;
  /** Seconds between heartbeats; 25 by default [`REALTIME_HEARTBEAT_CHECK_INTERVAL`]. */
  heartbeat_check_interval?: number;
  /** Seconds of silence after which a connection is closed; 60 by default, more than the interval [`REALTIME_HEARTBEAT_IDLE_TIME`]. */
  heartbeat_idle_time?: number;
  /** Namespaces that are admitted; any by default [`REALTIME_NAMESPACES`, with commas]. */
  namespaces?: string | readonly string[];
  /** What links several gateways: `memory`, the default, links none, and `redis` all that use the same Redis [`REALTIME_BROKER`]. */
  broker?: 'memory' | 'redis';
  redis?: RedisOptions;
  /** Origins whose pages may connect; `'*'`, any, by default, as no cookies of foreign pages are used then [`REALTIME_CORS_ORIGINS`, with commas]. */
  cors_origins?: string | readonly string[];
  /** Bearer key, or keys, of the HTTP API, which is off without one [`REALTIME_API_KEY`, with commas]. */
  api_key?: string | readonly string[];
  /** HS256 secret of the users' tokens, or one for each guard [`JWT_SECRET`, `JWT_SECRET_<GUARD>`]. */
  jwt_secret?: string | Readonly<Record<string, string>>;
  /** URL, file or object of the public keys (JWKS) of the users' tokens, or one for each guard [`JWT_JWKS_URL`, `JWT_JWKS_URL_<GUARD>`]. */
  jwks?: KeySource | Readonly<Record<string, KeySource>>;
  /** Accepted `iss` claims; any by default [`JWT_ISSUER`, with commas]. */
  jwt_issuer?: string | readonly string[];
  /** Accepted `aud` claims; any by default [`JWT_AUDIENCE`, with commas]. */
  jwt_audience?: string | readonly string[];
  /** How long a token holds beyond its `exp`, as clocks differ, in ms; 5,000 by default [`JWT_CLOCK_TOLERANCE`]. */
  jwt_clock_tolerance?: number;
  /** How long a client may stay once its token has expired, to bring a fresh one, in ms; 30,000 by default [`REALTIME_TOKEN_GRACE`]. */
  token_grace?: number;
  /** Name of the application's secret, in the signatures of its `/broadcasting/auth` [`BROADCAST_APP_KEY`]. */
  app_key?: string;
  /** The secret that it signs with, or several, of which any will do [`BROADCAST_APP_SECRET`, with commas]. */
  app_secret?: string | readonly string[];
  /** URL at which the application is asked about the private and presence channels of Laravel Echo [`REALTIME_AUTH_ENDPOINT`]. */
  auth_endpoint?: string;
  /** Headers of Echo's `auth` that are passed on to it, beside `Authorization`, `X-CSRF-TOKEN` and `X-XSRF-TOKEN` [`REALTIME_AUTH_HEADERS`, with commas]. */
  auth_headers?: string | readonly string[];
  /** Who may join which private and presence rooms: a rule for each pattern, such as `orders.{orderId}`. */
  channels?: ChannelRules<Pattern>;
  /** Let anonymous members into presence rooms; by default only in development mode [`REALTIME_ANONYMOUS_PRESENCE`]. */
  anonymous_presence?: boolean;
  /** Clients can do nothing before they have authenticated; off by default [`REALTIME_REQUIRE_AUTH`]. */
  require_auth?: boolean;
  /**
   * Proxies whose `X-Forwarded-For` tells a client's address: how many there are, or their addresses, CIDR blocks,
   * `loopback`, `linklocal` or `uniquelocal`; none by default [`REALTIME_TRUST_PROXY`, with commas].
   */
  trust_proxy?: false | number | string | readonly string[];
  /** Keep the messages of rooms for a while, for those who come back; on by default [`REALTIME_ROOM_LOG`]. */
  room_log?: boolean;
  /** How long a user whose last connection was lost stays in a presence room, in ms; 5,000 by default [`REALTIME_PRESENCE_GRACE`]. */
  presence_grace?: number;
  limits?: Partial<LimitSettings>;
  /** How long `close()` goes on as before while `/ready` answers 503, so that load balancers notice, in ms; 0 by default [`REALTIME_DRAIN_DELAY`]. */
  drain_delay?: number;
  /** Over what time `close()` then tells the clients to move to other gateways, in ms; 0, all at once, by default [`REALTIME_DRAIN_TIME`]. */
  drain_time?: number;
  /** Longest wait for clients to go in `close()`, in ms; 8,000 by default [`REALTIME_SHUTDOWN_TIMEOUT`]. */
  shutdown_timeout?: number;
  /**
   * Serve figures for Prometheus at `/metrics`: with `metrics_key` at the gateway's own port, else at `metrics_port`; off by default
   * [`REALTIME_METRICS`].
   */
  metrics?: boolean;
  /** Bearer key, or keys, of `/metrics` [`REALTIME_METRICS_KEY`, with commas]. */
  metrics_key?: string | readonly string[];
  /** Port of its own for `/metrics`, 0 takes a free one; 9464 by default where there is no key [`REALTIME_METRICS_PORT`]. */
  metrics_port?: number | string;
  /** Address that this port is on; `127.0.0.1` by default [`REALTIME_METRICS_HOST`]. */
  metrics_host?: string;
  /** Socket.IO's Admin UI, for who has this name and password [`REALTIME_ADMIN_USERNAME`, `REALTIME_ADMIN_PASSWORD`, …]. */
  admin?: {
    username: string;
    /** As it is, 8 characters at least, or a bcrypt hash of it. */
    password: string;
    /** It shows, and changes nothing; true by default [`REALTIME_ADMIN_READONLY`]. */
    readonly?: boolean;
    /** The namespace that it connects to; `/toporia-admin` by default [`REALTIME_ADMIN_NAMESPACE`]. */
    namespace?: string;
    /** `development` shows all sockets, rooms and events too; `production` by default [`REALTIME_ADMIN_MODE`]. */
    mode?: 'production' | 'development';
  };
  /** Functions that are called around what the gateway does, such as to trace it. */
  hooks?: GatewayHooks;
  /** Serve the demo chat at `/` [`REALTIME_DEMO`]. */
  demo?: boolean;
  /** Least severe level that is logged; `info` by default [`REALTIME_LOG_LEVEL`]. */
  log_level?: Settings['log_level'];
  /** Raw Socket.IO server options, which win over all of the above. */
  socketio?: Settings['socketio'];
  /** Where the gateway logs to; nowhere by default. A pino logger or `console` will do. */
  logger?: Logger;
  /** The environment to read, such as `process.env`; none by default. */
  env?: Readonly<Record<string, string | undefined>>;
}
