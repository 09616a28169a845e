import type { Logger } from '../logger';
import type { Settings } from '../settings';
import type { Broker } from './broker';
import { RedisBroker } from './redis/redis-broker';

/** What the settings link this gateway to others by; nothing where they don't. */
export function brokerOf({ broker, redis, limits }: Settings, logger: Logger): Broker | undefined {
  if (broker !== 'redis') return undefined;
  return new RedisBroker({
    redis,
    bounds: {
      age: limits.room_log_age,
      messages: limits.room_log_messages,
      bytes: limits.room_log_bytes,
    },
    repeatsAge: limits.repeats_age,
    logger,
  });
}
