import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayErrorCode } from '../../../src/protocol';

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
  ) {
    super(message);
  }
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
  const { status, code, message, headers } = error;
  sendJson(request, response, status, { error: { code, message } }, headers);
}
