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

/** What `toporia-gateway/publisher` is in runtimes that have no sockets: over HTTP alone. */
export function createPublisher(options: HttpPublisherOptions): Publisher {
  if (Object.hasOwn(Object(options), 'redis')) {
    throw new TypeError('Without sockets there is no way to Redis here: give { url, key } instead.');
  }
  return new HttpPublisher(options);
}
