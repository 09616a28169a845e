import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Of one connection alone, not of what is passed on. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

/** What Engine.IO answers about a session that it doesn't know. */
const UNKNOWN = JSON.stringify({ code: 1, message: 'Session ID unknown' });

/** Passes requests on to another process of this machine, and its answers back. */
export class Passing {
  readonly #agent = new Agent({ keepAlive: true, timeout: 60_000 });

  request(socketPath: string, request: IncomingMessage, response: ServerResponse): void {
    const { method, url, rawHeaders } = request;
    const headers = within(rawHeaders);
    const passed = httpRequest({ socketPath, method, path: url, headers, agent: this.#agent });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, within(answer.rawHeaders));
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    passed.on('error', () => {
      // The worker is gone, and the session with it.
      if (response.headersSent) response.destroy();
      else response.writeHead(400, { 'Content-Type': 'application/json' }).end(UNKNOWN);
    });
    response.once('close', () => {
      if (!response.writableFinished) passed.destroy();
    });
    request.pipe(passed);
  }

  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const passed = connect({ path });
    passed.write(headOf(request, head));
    passed.pipe(socket).pipe(passed);
    passed.once('error', () => socket.destroy());
    passed.once('close', () => socket.destroy());
    socket.once('error', () => passed.destroy());
    socket.once('close', () => passed.destroy());
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What was read of a request already, to be read once more. */
export function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage, head: Buffer): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  // Headers are bytes, which Node reads as Latin-1.
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]);
}

function within(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
