/** How the Redis of the broker is reached; version 7.0 or later. */
export interface RedisOptions {
  /** `127.0.0.1` by default [`REDIS_HOST`]. */
  host?: string;
  /** 6379 by default [`REDIS_PORT`]. */
  port?: number | string;
  /** A user of its ACL; its default user unless given [`REDIS_USERNAME`]. */
  username?: string;
  /** [`REDIS_PASSWORD`]. */
  password?: string;
  /** Number of the database; 0 by default [`REDIS_DB`]. */
  db?: number | string;
  /** Reach it by TLS; what is trusted can be given as `options.tls` [`REDIS_TLS`]. */
  tls?: boolean;
  /** All of the above in one, over which it wins, such as `rediss://user:password@host:6379/0` [`REDIS_URL`]. */
  url?: string;
  /** Begins the names of all streams and channels; `realtime:` by default, as backends have it [`REALTIME_REDIS_PREFIX`]. */
  prefix?: string;
  /** Further options of ioredis, such as `sentinels` and `name`. */
  options?: Readonly<Record<string, unknown>>;
  /** Some nodes of a Redis Cluster, such as `['redis-1:6379', 'redis-2:6379']`, in place of `host` and `port`. */
  cluster?: string | readonly string[];
}
