import Echo from 'laravel-echo';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EchoConnectionStatus, ToporiaConnector } from '../../src/echo';
import { EventLog } from '../support/event-log';
import { cut, next, open, startGateway } from '../support/realtime-pair';
import { openEcho, subscribed } from './laravel';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the connection, with ToporiaConnector', () => {
  it("tells its status in Echo's words, and each change until that is ended", async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const log = new EventLog();
    const note = (status: EchoConnectionStatus) => log.note(status, echo.connectionStatus(), echo.socketId());
    const end = echo.connector.onConnectionChange(note);
    expect(echo.connectionStatus()).toBe('connecting');
    const [, first] = await log.until('connected');
    cut(gateway, echo.connector.client);
    const [, second] = await log.until('connected', 2);
    echo.disconnect();
    await log.until('disconnected');
    expect(log.entries).toEqual([
      ['connected', 'connected', first],
      ['reconnecting', 'reconnecting', undefined],
      ['connected', 'connected', second],
      ['disconnected', 'disconnected', undefined],
    ]);
    expect(first).not.toBe(second);
    end();
    echo.connector.client.connect();
    await next(echo.connector.client, 'connected');
    expect(log.entries).toHaveLength(4);
  });

  it('has the status "failed" when it has given up', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url, reconnection: false });
    await next(echo.connector.client, 'connected');
    const status = new Promise((resolve) => echo.connector.onConnectionChange(resolve));
    cut(gateway, echo.connector.client);
    expect(await status).toBe('failed');
  });

  it('gives the socket id to every request of axios, as Echo does', async () => {
    const interceptors: ((config: { headers: Record<string, string> }) => unknown)[] = [];
    const use = (interceptor: (typeof interceptors)[number]) => interceptors.push(interceptor);
    vi.stubGlobal(
      'axios',
      Object.assign(() => {}, { interceptors: { request: { use } } }),
    );
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    await next(echo.connector.client, 'connected');
    const config = { headers: {} };
    for (const interceptor of interceptors) interceptor(config);
    expect(config.headers).toEqual({ 'X-Socket-Id': echo.socketId() });
    expect(gateway.gateway.io.sockets.sockets.has(echo.socketId() as string)).toBe(true);
  });

  it('comes back with its channels by client.connect(), and without them by echo.connect()', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url });
    const { client } = echo.connector;
    const log = new EventLog();
    const news = echo.channel('news').listen('.flash', () => log.note('flash'));
    await subscribed(news.subscribed(() => log.note('subscribed')));
    echo.disconnect();
    client.connect();
    await log.until('subscribed', 2);
    gateway.broadcast('news', 'flash');
    await log.until('flash');
    echo.disconnect();
    echo.connect();
    expect(echo.connector.client).not.toBe(client);
    await subscribed(echo.channel('news'));
    expect(gateway.connections()).toBe(1);
  });

  it('waits for client.connect() with autoConnect: false', async () => {
    const gateway = await startGateway();
    const echo = openEcho({ host: gateway.url, autoConnect: false });
    const news = subscribed(echo.channel('news'));
    await Promise.resolve();
    expect(echo.connectionStatus()).toBe('disconnected');
    echo.connector.client.connect();
    await news;
  });

  it('is that of a client of the application, where one is handed in', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const echo = openEcho({ client });
    expect(echo.connector.client).toBe(client);
    await subscribed(echo.channel('news'));
    expect(gateway.connections()).toBe(1);
    echo.disconnect();
    expect(client.state).toBe('closed');
    echo.connect();
    await subscribed(echo.channel('news'));
    expect(echo.connector.client).toBe(client);
  });

  it('passes the options of the SDK and of Socket.IO on, and none of Echo', async () => {
    const gateway = await startGateway({ path: '/realtime/' });
    const echo = openEcho({ host: gateway.url, path: '/realtime/', transports: ['polling'], ackTimeout: 50 });
    await next(echo.connector.client, 'connected');
    expect(echo.connector.client.getSocket().io.engine.transport.name).toBe('polling');
    gateway.freeze();
    await expect(echo.connector.client.request('ping')).rejects.toMatchObject({ code: 'timeout' });
    gateway.unfreeze();
  });

  it('needs a host, which in a page is the page itself', async () => {
    expect(() => new Echo<'function'>({ broadcaster: ToporiaConnector })).toThrow(
      'Echo needs the gateway as `host`, such as http://localhost:3000',
    );
    const gateway = await startGateway();
    const { protocol, hostname, port } = new URL(gateway.url);
    vi.stubGlobal('location', { protocol, hostname, port, host: `${hostname}:${port}` });
    await next(openEcho({ host: null }).connector.client, 'connected');
    expect(gateway.connections()).toBe(1);
  });

  it("says what is wrong with the `client` of Echo's own connector", () => {
    expect(() => openEcho({ client: io as never })).toThrow('`client` must be a ToporiaRealtime');
  });
});
