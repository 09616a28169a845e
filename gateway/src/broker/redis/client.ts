import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { SettingsError } from '../../config/error';
import { ANSWER_TIMEOUT, type RedisSettings } from './options';
import { withoutStrayErrors } from './stray-errors';

export type Client = Redis | Cluster;

/** As the package's own types put it, where what may be absent must not be `undefined`. */
type Given = RedisOptions & { replyMapping: 'legacy' };

/** How to make a client that does not connect before it is told to. */
export type ClientFactory = (overrides?: RedisOptions) => Client;

/** @throws {SettingsError} where the package is missing. */
export async function loadClients(redis: RedisSettings): Promise<ClientFactory> {
  const ioredis = await loaded(() => import('ioredis'));
  return (overrides) => {
    const options = { ...optionsOf(redis), ...overrides };
    if (!redis.cluster) return withoutStrayErrors(new ioredis.Redis(options as Given));
    const { lazyConnect = true, retryStrategy, enableOfflineQueue = false, ...redisOptions } = options;
    const cluster = new ioredis.Cluster(redis.cluster.map(nodeOf), {
      lazyConnect,
      enableOfflineQueue,
      enableReadyCheck: true,
      shardedSubscribers: true,
      clusterRetryStrategy: delay,
      // What was written may have been done.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      redisOptions: redisOptions as Given,
      dnsLookup: (address, done) => done(null, address),
    });
    return withoutStrayErrors(cluster);
  };
}

/** @throws {SettingsError} where a package that Redis needs is missing. */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (!/MODULE_NOT_FOUND/.test(String(code))) throw error;
    const [, missing = 'a package'] = /'([^']+)'/.exec(String(message)) ?? [];
    throw new SettingsError(
      'broker',
      `broker is "redis", for which ${missing} is missing: npm install ioredis @socket.io/redis-streams-adapter`,
    );
  }
}

/** Ms until the next try: soon at first, and never much later than Redis may be back. */
function delay(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), 1_000) * (0.75 + Math.random() / 2);
}

function optionsOf(redis: RedisSettings): RedisOptions {
  const { host, port, username, password, db, tls, url, options } = redis;
  const given = url === undefined ? {} : optionsOfUrl(url);
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
    connectTimeout: ANSWER_TIMEOUT,
    keepAlive: 10_000,
    ...given,
    ...(options as RedisOptions | undefined),
    lazyConnect: true,
    // It is for keys alone, and not for channels.
    keyPrefix: '',
    retryStrategy: delay,
    // What can't be done now is refused, and nothing is done twice behind one's back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // It prints; the connection checks more, by itself.
    enableReadyCheck: false,
  };
}

function optionsOfUrl(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const db = Number.parseInt(pathname.slice(1), 10);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(Number.isInteger(db) && { db }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

function nodeOf(address: string): { host: string; port: number } {
  const [, host = address, port = '6379'] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(address) ?? [];
  return { host, port: Number(port) };
}
