import type { LogBounds } from '../../log/memory-log';
import type { Logger } from '../../logger';

/** How Redis is reached. */
export interface RedisSettings {
  host: string;
  port: number;
  username?: string;
  password?: string;
  /** Number of the database. */
  db: number;
  tls: boolean;
  /** `redis://` or `rediss://`; in place of all of the above. */
  url?: string;
  /** Begins the names of all streams and channels. */
  prefix: string;
  /** Further options of ioredis, such as `sentinels` and `name`, which win over the above. */
  options?: Readonly<Record<string, unknown>>;
  /** Some nodes of a Redis Cluster, such as `redis-1:6379`. */
  cluster?: readonly string[];
}

export interface RedisBrokerOptions {
  readonly redis: RedisSettings;
  readonly bounds: Pick<LogBounds, 'age' | 'messages' | 'bytes'>;
  /** Ms that a message which is published once is remembered. */
  readonly repeatsAge: number;
  readonly logger: Logger;
  readonly timing?: Timing;
}

/** In ms. */
export interface Timing {
  /** Between two signs of life of a node. */
  readonly heartbeat: number;
  /** Of silence, after which a node is taken for dead. */
  readonly deadAfter: number;
}

/** With these, all nodes know within 8 s of one that has died. */
export const USUAL_TIMING: Timing = { heartbeat: 2_000, deadAfter: 6_000 };
/** Ms that Redis may take to answer a sign of life. */
export const ANSWER_TIMEOUT = 5_000;
/** Ms that a key lives which nobody uses. */
export const TIME_TO_LIVE = 24 * 3_600_000;
