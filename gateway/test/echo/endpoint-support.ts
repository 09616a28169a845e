import { EventEmitter, once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import type { Parts } from '../../src/gateway';
import { KeptLog } from '../auth/support';
import { startGateway } from '../core/support';

/** One question to the application. */
export interface Asked {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  socketId: string | null;
  room: string | null;
  /** Everything that the body says. */
  body: string;
}

type Respond = (asked: Asked, response: ServerResponse, request: IncomingMessage) => unknown;

/** The application: what its endpoint was asked, and what it answers with. Whatever is returned is answered as JSON. */
export class Application extends EventEmitter<{ asked: [Asked] }> {
  readonly asked: Asked[] = [];
  respond: Respond = () => true;
  url = '';
  /** Requests that are open. */
  open = 0;
  mostOpen = 0;

  readonly listen: RequestListener = async (request, response) => {
    if (request.method === 'GET') return void response.end();
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    response.once('close', () => {
      this.open -= 1;
    });
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const fields = new URLSearchParams(body);
    const { method, url: path, headers } = request;
    const [socketId, room] = [fields.get('socket_id'), fields.get('channel_name')];
    const asked = { method, path, headers, socketId, room, body };
    this.asked.push(asked);
    this.emit('asked', asked);
    const answer = await this.respond(asked, response, request);
    if (answer !== undefined)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  };

  /** Resolves when it has been asked so often in all. */
  async askedTimes(times: number): Promise<void> {
    while (this.asked.length < times) await once(this, 'asked');
  }

  /** Resolves when what was on its way has come: for what should not have been. */
  async quiet(): Promise<void> {
    await (await fetch(this.url)).text();
  }
}

/** Answers with a status, and a body that need not be JSON. */
export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Respond =>
  (_asked, response) =>
    void response.writeHead(status, headers).end(body);

export async function startApplication(respond?: Respond): Promise<Application> {
  const application = new Application();
  if (respond) application.respond = respond;
  const server = createServer(application.listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  application.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/broadcasting/auth`;
  return application;
}

/** An application, and a gateway that asks it. */
export async function startBoth(respond?: Respond, options: GatewayOptions = {}, parts: Parts = {}) {
  const application = await startApplication(respond);
  const logger = new KeptLog();
  const gateway = await startGateway({ auth_endpoint: application.url, ...options }, { logger, ...parts });
  return { application, gateway, logger };
}
