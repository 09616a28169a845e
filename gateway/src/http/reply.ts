import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayErrorCode } from '../../../src/protocol';
import type { BrokerError } from '../broker/broker';

export type HttpErrorCode =
  | GatewayErrorCode
  | 'not_found'
  | 'method_not_allowed'
  | 'invalid_json'
  | 'unsupported_encoding';

/** A refusal that the caller is told, as `{ error: { code, message } }`. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: HttpErrorCode,
    message: string,
    readonly headers: Record<string, string> = {},
    /** What is told beside the error. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** What can't be done while the broker can't be reached. */
export function unavailable(error: BrokerError, details?: Record<string, unknown>): HttpError {
  const message = `${error.message.replace(/\.$/, '')}; try again`;
  return new HttpError(503, 'unavailable', message, { 'Retry-After': '1' }, details);
}

export const notFound = () => new HttpError(404, 'not_found', 'there is nothing at this address');

/** Answers in JSON. What the caller is still sending is read and dropped, else it might not get to read the answer. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': text.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

export function sendError(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
  const { status, code, message, headers, details } = error;
  sendJson(request, response, status, { error: { code, message }, ...details }, headers);
}
