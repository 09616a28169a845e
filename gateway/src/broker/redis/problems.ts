import type { RedisSettings } from './options';

/** What of a server's own account of itself matters here. */
export interface ServerInfo {
  readonly version: string;
  /** Another one after each start. */
  readonly run: string;
  readonly isReplica: boolean;
  readonly isLoading: boolean;
}

export function readInfo(text: string): ServerInfo {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
  return {
    version: field('redis_version'),
    run: field('run_id'),
    isReplica: field('role') === 'slave',
    isLoading: field('loading') === '1',
  };
}

/** Why a server won't do, in words for whoever runs the gateway. */
export function infoProblem(info: ServerInfo, redis: RedisSettings): string | undefined {
  const where = addressOf(redis);
  if (!(Number.parseInt(info.version, 10) >= 7)) {
    const version = info.version === '' ? 'does not tell its version' : `is version ${info.version}`;
    return `the Redis at ${where} ${version}; the gateway needs 7.0 or later`;
  }
  if (info.isLoading) return `the Redis at ${where} is still loading its data`;
  if (info.isReplica) {
    return `the Redis at ${where} is a replica, which can't be written to; name its primary (${named(redis, 'redis.host', 'REDIS_HOST')}), or all Sentinels (redis.options.sentinels)`;
  }
  return undefined;
}

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly lastNodeError?: unknown;
}

/** Why Redis can't be used, in words that name the setting which may be wrong. */
export function problemOf(error: unknown, redis: RedisSettings): string {
  const { code, message: told, lastNodeError } = (error ?? {}) as Failure;
  if (lastNodeError) return problemOf(lastNodeError, redis);
  const message = typeof told === 'string' ? told : String(error);
  const where = addressOf(redis);
  const address = `${named(redis, 'redis.host', 'REDIS_HOST')}, ${named(redis, 'redis.port', 'REDIS_PORT')}`;
  for (const [pattern, words] of REPLIES) {
    if (pattern.test(message)) return words(redis, where, message);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${where} (${address})`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${where} is not known (${named(redis, 'redis.host', 'REDIS_HOST')})`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} does not answer${redis.tls ? `, at least not by TLS (${named(redis, 'redis.tls', 'REDIS_TLS')})` : ''} (${address})`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${where} closes the connection${redis.tls ? '; does it speak TLS' : '; does it want TLS'} (${named(redis, 'redis.tls', 'REDIS_TLS')})?`;
  }
  if (isTls(code, message)) {
    return `no TLS with ${where}: ${message} (${named(redis, 'redis.tls', 'REDIS_TLS')}; what it trusts is in redis.options.tls)`;
  }
  return `Redis at ${where}: ${message}`;
}

type Words = (redis: RedisSettings, where: string, message: string) => string;

const REPLIES: readonly (readonly [RegExp, Words])[] = [
  [
    /^NOAUTH/,
    (redis, where) => `${where} wants a password (${named(redis, 'redis.password', 'REDIS_PASSWORD')})`,
  ],
  [
    /^WRONGPASS|invalid password/i,
    (redis, where) =>
      redis.username === undefined
        ? `the password for ${where} is wrong (${named(redis, 'redis.password', 'REDIS_PASSWORD')})`
        : `the user or the password for ${where} is wrong (${named(redis, 'redis.username', 'REDIS_USERNAME')}, ${named(redis, 'redis.password', 'REDIS_PASSWORD')})`,
  ],
  [
    /NOPERM|no permissions?|can't access/i,
    (redis, where, message) =>
      `the user${redis.username === undefined ? '' : ` "${redis.username}"`} may not do in Redis at ${where} what the gateway needs (${named(redis, 'redis.username', 'REDIS_USERNAME')}): ${message}`,
  ],
  [
    /DB index|invalid DB|SELECT is not allowed/i,
    (redis, where) => `${where} has no database ${redis.db} (${named(redis, 'redis.db', 'REDIS_DB')})`,
  ],
  [
    /READONLY/,
    (redis, where) =>
      `the Redis at ${where} is a replica, which can't be written to; name its primary (${named(redis, 'redis.host', 'REDIS_HOST')}), or all Sentinels (redis.options.sentinels)`,
  ],
  [/^OOM|'maxmemory'/, (_redis, where) => `the Redis at ${where} is out of memory (its setting maxmemory)`],
  [/LOADING/, (_redis, where) => `the Redis at ${where} is still loading its data`],
  [
    /^MOVED|^CROSSSLOT/,
    (_redis, where) => `${where} is a node of a Redis Cluster; list its nodes as redis.cluster`,
  ],
  [
    /cluster support disabled/i,
    (_redis, where) => `${where} is no node of a Redis Cluster; leave redis.cluster out`,
  ],
  [/CLUSTERDOWN/, (_redis, where) => `the Redis Cluster of ${where} is down`],
  [/MISCONF/, (_redis, where) => `the Redis at ${where} can't write to its disk, so it takes no data`],
  [/MASTERDOWN/, (_redis, where) => `the Redis at ${where} has lost its primary`],
  [
    /Protocol error|Unknown RESP/i,
    (redis, where) => `what answers at ${where} is no Redis (${named(redis, 'redis.port', 'REDIS_PORT')})`,
  ],
  [
    /sentinels are unreachable/i,
    (_redis, where, message) => `no Sentinel of ${where} answers (redis.options.sentinels): ${message}`,
  ],
];

function isTls(code: unknown, message: string): boolean {
  return /SSL|TLS|CERT|SELF_SIGNED|ALTNAME/.test(String(code)) || /certificate|SSL routines/.test(message);
}

/** Where Redis is looked for, without what is secret. */
export function addressOf({ host, port, url, options, cluster }: RedisSettings): string {
  if (cluster) return cluster.join(', ');
  const sentinels = options?.sentinels;
  if (Array.isArray(sentinels)) {
    return sentinels.map(({ host = '?', port = 26_379 }) => `${host}:${port}`).join(', ');
  }
  const given = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  const path = options?.path;
  if (typeof path === 'string') return path;
  const name = given ? given.hostname : String(options?.host ?? host);
  return `${name}:${given ? given.port || 6379 : (options?.port ?? port)}`;
}

function named({ url, cluster }: RedisSettings, option: string, variable: string): string {
  if (cluster && /host|port/.test(option)) return 'redis.cluster';
  return url !== undefined && option !== 'redis.tls' ? 'redis.url, REDIS_URL' : `${option}, ${variable}`;
}
