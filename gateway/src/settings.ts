import type { ServerOptions } from 'socket.io';
import type { KeySource } from './auth/key-source';
import type { RedisSettings } from './broker/redis/options';
import type { LimitSettings } from './config/limit-settings';

/** Where and to whom the figures of a gateway are told. */
export interface MetricsSettings {
  /** Any of them will do; none where everybody who comes to `port` may have the figures. */
  keys: string[];
  /** Its own port, where 0 takes a free one; `undefined` is the gateway's. */
  port?: number;
  /** Address that this port is on. */
  host: string;
}

export interface AdminSettings {
  username: string;
  /** As it is, or a bcrypt hash of it. */
  password: string;
  /** It shows, and changes nothing. */
  readonly: boolean;
  /** The namespace that the Admin UI connects to. */
  namespace: string;
  /** `development` shows all sockets, rooms and events too, with what is in them. */
  mode: 'production' | 'development';
}

/** The gateway's settings after options, environment and flags have been read and checked. Times are in ms unless named otherwise. */
export interface Settings {
  /** Only `socketio`. */
  transport: 'socketio';
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** HTTP path of the Socket.IO endpoint. */
  path: string;
  ssl: boolean;
  /** Path of the PEM certificate, when `ssl`. */
  cert?: string;
  /** Path of the PEM key, when `ssl`. */
  key?: string;
  /** Processes that serve. */
  worker_num: number;
  /** Connections at once. */
  max_conn: number;
  /** Seconds between heartbeats. */
  heartbeat_check_interval: number;
  /** Seconds without any sign of life after which a connection is closed. */
  heartbeat_idle_time: number;
  /** Namespaces that are admitted; `undefined` admits any well-formed name. */
  namespaces?: string[];
  broker: 'memory' | 'redis';
  redis: RedisSettings;
  /** Origins allowed to connect from a page; `'*'` is any. */
  cors_origins: '*' | string[];
  /** Bearer keys of the HTTP API; none turns the API off. */
  api_keys: string[];
  /** HS256 secrets by guard; the guard `default` has `JWT_SECRET`. */
  jwt_secrets: Record<string, string>;
  /** Key sets by guard, or where they are fetched from. */
  jwks: Record<string, KeySource>;
  /** Accepted `iss` claims; none accepts any. */
  jwt_issuers: string[];
  /** Accepted `aud` claims; none accepts any. */
  jwt_audiences: string[];
  /** How long a token holds beyond its `exp`. */
  jwt_clock_tolerance: number;
  /** How long a client may stay once its token has expired, to bring a fresh one. */
  token_grace: number;
  /** Name of the application's secrets, in its signatures. */
  app_key?: string;
  /** Secrets of which one must have signed; none where signatures are not taken. */
  app_secrets: string[];
  /** Where the application is asked about the private and presence channels of Laravel Echo. */
  auth_endpoint?: string;
  /** Further headers of Echo that are passed on to it, in small letters. */
  auth_headers: string[];
  /** Presence rooms for anonymous members; `undefined` means only in development mode. */
  anonymous_presence?: boolean;
  /** Clients can do nothing before they have authenticated. */
  require_auth: boolean;
  /** Proxies whose `X-Forwarded-For` counts: none, how many, or which. */
  trust_proxy: false | number | string[];
  /** The messages of the rooms are kept for a while, for those who come back. */
  room_log: boolean;
  /** How long a user whose last connection was lost stays in a presence room. */
  presence_grace: number;
  limits: LimitSettings;
  /** How long `close()` goes on as before, while `/ready` says no. */
  drain_delay: number;
  /** Over what time it then tells the clients to go. */
  drain_time: number;
  /** How long it waits for them after that, at most. */
  shutdown_timeout: number;
  /** Where figures are served; `undefined` counts and serves none. */
  metrics?: MetricsSettings;
  /** Socket.IO's Admin UI; `undefined` lets nobody in. */
  admin?: AdminSettings;
  /** Serve the demo chat at `/`. */
  demo: boolean;
  log_level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Raw Socket.IO server options, which win over all of the above. */
  socketio: Partial<ServerOptions>;
}
