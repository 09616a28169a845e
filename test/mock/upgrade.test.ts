// @vitest-environment jsdom
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MockGateway } from './mock-gateway';
import { closeClients, createClient, loadPage } from './page';
import { told } from './sanity';

const ToporiaRealtime = loadPage();

describe('a WebSocket that is refused', () => {
  afterEach(closeClients);

  it('is tried again until it is let in', async () => {
    const gateway = new MockGateway();
    gateway.isOpen = false;
    const { realtime, clock } = createClient(ToporiaRealtime, gateway.url);
    for (let attempt = 1; attempt <= 4; attempt++) {
      const [error, next] = await Promise.all([
        told(realtime, 'connect_error'),
        told(realtime, 'reconnecting'),
      ]);
      expect(error).toMatchObject({ code: 'connect_failed' });
      expect(next).toEqual({
        attempt,
        delay: [500, 1_000, 2_000, 2_500][attempt - 1],
      });
      expect(gateway.asked).toBe(attempt);
      gateway.isOpen = attempt === 4;
      clock.advance(next.delay);
    }
    const connected = told(realtime, 'connected');
    await gateway.welcome();
    await connected;
    gateway.stop();
  });

  it('is given up after as many tries as were allowed', async () => {
    const gateway = new MockGateway();
    gateway.isOpen = false;
    const { realtime, clock } = createClient(ToporiaRealtime, gateway.url, { reconnectionAttempts: 2 });
    const gaveUp = told(realtime, 'reconnect_failed');
    realtime.on('reconnecting', ({ delay }) => Promise.resolve().then(() => clock.advance(delay)));
    expect(await gaveUp).toEqual({ attempts: 2 });
    expect(realtime.state).toBe('failed');
    expect(gateway.asked).toBe(3);
    expect(clock.pending).toBe(0);
    gateway.stop();
  });
});

describe('where HTTP works and every WebSocket is refused', () => {
  let http: HttpServer;
  let io: Server;
  let url: string;

  beforeEach(async () => {
    http = createServer();
    io = new Server(http, { cors: { origin: '*' } });
    io.on('connection', (socket) => socket.on('echo', (data, ack) => ack(data)));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    // The WebSocket of this page knows of no server there, and so refuses.
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    closeClients();
    await io.close();
  });

  it.each([[['websocket', 'polling']], [['polling', 'websocket']]])(
    '%j ends up with polling, in one try',
    async (transports) => {
      const errors: unknown[] = [];
      const { realtime } = createClient(ToporiaRealtime, url, { transports });
      realtime.on('connect_error', (error) => errors.push(error));
      await realtime.ready();
      expect(errors).toEqual([]);
      expect(await realtime.request('echo', { text: 'hi' })).toEqual({ text: 'hi' });
      expect(realtime.getSocket().io.engine.transport.name).toBe('polling');
    },
  );
});
