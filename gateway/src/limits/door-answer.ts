import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayError } from '../../../src/protocol';

/** Ms after which a client may ask again where there is no better answer. */
export const TRY_AGAIN = 5_000;

const REASONS = { 429: 'Too Many Requests', 503: 'Service Unavailable' } as const;

/**
 * Answers a request for a connection in HTTP, without a connection for it. Browsers show that to no page, but proxies
 * understand it, and it costs next to nothing.
 */
export function answerAtTheDoor(
  request: IncomingMessage,
  response: ServerResponse,
  status: keyof typeof REASONS,
  error: GatewayError,
): void {
  const body = JSON.stringify({ error });
  const headers = {
    'Retry-After': String(Math.ceil((error.retry_after ?? TRY_AGAIN) / 1_000)),
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  if (request.headers.upgrade === undefined) {
    response.writeHead(status, headers).end(body);
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // To a WebSocket's request Engine.IO's response is a stand-in that writes nothing.
  request.socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n${body}`);
}
