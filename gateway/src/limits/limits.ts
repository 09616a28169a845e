import type { Server } from 'socket.io';
import type { SharedCounts } from '../cluster/shared-counts';
import type { Logger } from '../logger';
import { Counters } from '../metrics/counters';
import type { Settings } from '../settings';
import { addressReader } from './client-address';
import { Door } from './door';
import { FailedKeys } from './failed-keys';
import { Guard } from './guard';
import { UserConnections } from './user-connections';

/** Ms between two looks for what can be forgotten. */
const TIDY = 10_000;

/** All that bounds what clients can do, put together from the settings. */
export interface Limits {
  readonly counters: Counters;
  readonly door: Door;
  readonly guard: Guard;
  readonly users: UserConnections;
  readonly failedKeys: FailedKeys;
  /** Begins to watch the connections of a server. */
  watch(io: Server): void;
  stop(): void;
}

/** `now` in ms, of a clock that never goes back. */
export function createLimits(
  settings: Settings,
  logger: Logger,
  now: () => number,
  counts?: SharedCounts,
): Limits {
  const { limits, trust_proxy } = settings;
  const counters = new Counters();
  const addressOf = addressReader(trust_proxy);
  const door = new Door({
    maxConnections: settings.max_conn,
    limits,
    addressOf,
    trustsProxy: trust_proxy !== false,
    counters,
    logger,
    now,
  });
  const guard = new Guard({ limits, counters, logger, now });
  const failedKeys = new FailedKeys({ perMinute: limits.failed_keys_per_minute, addressOf, counters, now });
  let timer: NodeJS.Timeout | undefined;
  return {
    counters,
    door,
    guard,
    users: new UserConnections(limits.connections_per_user, counts),
    failedKeys,
    watch(io) {
      door.watch(io);
      guard.watch(io);
      timer = setInterval(() => {
        door.prune();
        failedKeys.prune();
      }, TIDY).unref();
    },
    stop() {
      clearInterval(timer);
      guard.stop();
    },
  };
}
