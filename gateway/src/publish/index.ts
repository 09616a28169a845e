import { HttpPublisher } from './http';
import type { HttpPublisherOptions, Publisher } from './types';

export { PublishError, type PublishErrorCode } from './error';
export type {
  HttpPublisherOptions,
  Published,
  Publisher,
  PublisherMessage,
  PublishOptions,
  UserPublishOptions,
} from './types';

/**
 * Publishes from outside of a gateway, over the HTTP API of any node.
 *
 * @throws {TypeError} for an option that is wrong.
 * @example
 * await using publisher = createPublisher({ url: 'http://127.0.0.1:3000', key: 'change-me' });
 * await publisher.broadcast('chat.room.1', 'message.sent', { text: 'Hello' });
 */
export function createPublisher(options: HttpPublisherOptions): Publisher {
  return new HttpPublisher(options);
}
