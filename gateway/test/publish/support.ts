import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { createPublisher, type HttpPublisherOptions, type Publisher } from '../../src/publish';
import { startTestGateway, type TestGateway } from '../../src/testing';

export const KEY = 'key-of-the-tests';

/** A gateway with an HTTP API, gone when the test ends. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ api_key: KEY, shutdown_timeout: 100, ...options });
  onTestFinished(() => gateway.stop());
  return gateway;
}

export function publisherOf(url: string, options: Partial<HttpPublisherOptions> = {}): Publisher {
  const publisher = createPublisher({ url, key: KEY, ...options });
  onTestFinished(() => publisher.close());
  return publisher;
}

/** Answers requests by itself, or not; gone when the test ends. */
export async function webServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Hands requests on to a gateway, and does with the answer to the `count`th what the test wants. */
export function between(
  gateway: TestGateway,
  deliver: (response: ServerResponse, count: number, answer: () => Promise<void>) => unknown,
): Promise<string> {
  let count = 0;
  return webServer(async (request, response) => {
    const { method = '', headers, url } = request;
    const given = await buffer(request);
    const answer = await fetch(gateway.url + url, {
      method,
      headers: { Authorization: headers.authorization ?? '', 'Content-Type': 'application/json' },
      body: new Uint8Array(given),
    });
    const pass = async () => {
      response.writeHead(answer.status, { 'Content-Type': 'application/json' });
      response.end(await answer.text());
    };
    count += 1;
    await deliver(response, count, pass);
  });
}
