import { EventEmitter } from 'node:events';
import type { Client } from './client';

const ignore = () => {};

/**
 * ioredis listens for one error of a connection. One by TLS may have a second, when the other side answers the end of the
 * first, and that would end the process.
 */
export function withoutStrayErrors<T extends Client>(client: T): T {
  if ('nodes' in client) {
    client.on('+node', (node: Client) => void withoutStrayErrors(node));
    return client;
  }
  const guard = () => {
    const stream: unknown = Reflect.get(client, 'stream');
    if (stream instanceof EventEmitter && !stream.listeners('error').includes(ignore)) {
      stream.on('error', ignore);
    }
  };
  // It is made a little later, and later still where a Sentinel has to be asked.
  client.on('connecting', () => setImmediate(guard));
  client.on('connect', guard);
  return client;
}
