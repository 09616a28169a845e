import type { Server } from 'socket.io';

const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFilter = (value: unknown) => value === undefined || value === null || typeof value === 'string';

/**
 * Whether what the Admin UI asks for can be done. What can't would end the process, since Socket.IO's part throws where
 * nobody catches it, or would make a namespace of any name.
 */
export function isAdminRequest(io: Server, [event, namespace, ...rest]: readonly unknown[]): boolean {
  if (!isText(namespace) || !io._nsps.has(namespace)) return false;
  const [first, second] = rest;
  switch (event) {
    case 'emit':
      return isFilter(first) && isText(second) && !RESERVED.has(second);
    case 'join':
    case 'leave':
      return isText(first) && isFilter(second);
    case '_disconnect':
      return typeof first === 'boolean' && isFilter(second);
    default:
      return false;
  }
}
