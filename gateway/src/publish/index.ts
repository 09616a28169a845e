import { HttpPublisher } from './http';
import { RedisPublisher } from './redis';
import { linkTo } from './redis-link';
import type { HttpPublisherOptions, Publisher, RedisPublisherOptions } from './types';

export { PublishError, type PublishErrorCode } from './error';
export type {
  HttpPublisherOptions,
  Published,
  Publisher,
  PublisherMessage,
  PublishOptions,
  RedisClient,
  RedisConnection,
  RedisPublisherOptions,
  UserPublishOptions,
} from './types';

/**
 * Publishes from outside of a gateway: over the HTTP API of any node, or through the Redis of gateways with `broker: 'redis'`,
 * for which the package `ioredis` has to be installed.
 *
 * @throws {TypeError} for an option that is wrong.
 * @example
 * await using publisher = createPublisher({ url: 'http://127.0.0.1:3000', key: 'change-me' });
 * await publisher.broadcast('chat.room.1', 'message.sent', { text: 'Hello' });
 */
export function createPublisher(options: HttpPublisherOptions | RedisPublisherOptions): Publisher {
  if ('redis' in options && 'url' in options) {
    throw new TypeError('a publisher goes one way: give it { redis } or { url, key }');
  }
  if (!('redis' in options)) return new HttpPublisher(options);
  const { redis, ...others } = options;
  return new RedisPublisher(linkTo(redis), others);
}
