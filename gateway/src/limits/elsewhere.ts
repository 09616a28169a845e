import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import { CLOSING } from '../admission';
import { answerAtTheDoor } from './door-answer';

/**
 * While the gateway closes, proxies in front of it are answered with 503 for all that is not of a connection which is still
 * open here, so that they can try another gateway. Clients that come without a proxy are told when they have connected.
 */
export function sendElsewhere(io: Server, closing: () => boolean): void {
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => {
    if (!closing() || !isProxied(request) || isOpen(io, request)) {
      next();
      return;
    }
    answerAtTheDoor(request, response, 503, CLOSING);
    next(new Error(CLOSING.message));
  });
}

function isProxied({ headers }: IncomingMessage): boolean {
  return [headers['x-forwarded-for'], headers.forwarded, headers.via].some((header) => header !== undefined);
}

function isOpen(io: Server, { url = '' }: IncomingMessage): boolean {
  const sid = new URLSearchParams(url.split('?', 2)[1]).get('sid');
  return sid !== null && Object.hasOwn((io.engine as unknown as { clients: object }).clients, sid);
}
