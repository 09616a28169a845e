import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway } from '../../src/gateway';
import { client, plain, refused, sdk, startGateway } from './support';

describe('listen', () => {
  it('on a port in use rejects, and says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const gateway = createGateway({ host: '127.0.0.1', port });
    await expect(gateway.listen()).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already in use; choose another with --port or REALTIME_SOCKETIO_PORT.`,
    );
    expect(gateway.isReady).toBe(false);
    expect(() => gateway.url).toThrow('The gateway does not listen; call listen() first.');
    await gateway.listen(0);
    expect(gateway.isReady).toBe(true);
    await gateway.close();
  });

  it('on an address that is not ours rejects', async () => {
    const gateway = createGateway({ host: '192.0.2.1', port: 0 });
    await expect(gateway.listen()).rejects.toThrow('192.0.2.1 is not an address of this machine');
    await gateway.close();
  });

  it('takes port and host, once', async () => {
    const gateway = createGateway({ port: 1 });
    expect(gateway.isReady).toBe(false);
    expect(await gateway.listen(0, '127.0.0.1')).toBe(gateway);
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(gateway.listen(0)).rejects.toThrow('a gateway listens once');
    await gateway.close();
    await expect(gateway.listen(0)).rejects.toThrow('a gateway listens once');
  });

  it('serves over polling as over websocket', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway, '/', { transports: ['polling'] }), await plain(gateway)];
    expect(await a.ask('join', 'r')).toEqual({ room: 'r' });
    await b.ask('join', 'r');
    await a.ask('message', Buffer.from('x'));
    expect(await b.next('message')).toEqual(['message', Buffer.from('x')]);
    await b.ask('reply', 1);
    expect(await a.next('reply')).toEqual(['reply', 1]);
  });
});

describe('createGateway', () => {
  it('reads the environment only where it is given', () => {
    const before = process.env.REALTIME_SOCKETIO_PORT;
    onTestFinished(() => {
      if (before === undefined) delete process.env.REALTIME_SOCKETIO_PORT;
      else process.env.REALTIME_SOCKETIO_PORT = before;
    });
    process.env.REALTIME_SOCKETIO_PORT = '4567';
    expect(createGateway().settings.port).toBe(3000);
    expect(createGateway({ env: process.env }).settings.port).toBe(4567);
  });
});

describe('the heartbeat and the largest packet', () => {
  it('are told in the handshake', async () => {
    const gateway = await startGateway({
      heartbeat_check_interval: 7,
      heartbeat_idle_time: 17,
      limits: { max_payload: 12_345 },
    });
    const response = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
    expect(JSON.parse((await response.text()).slice(1))).toMatchObject({
      pingInterval: 7_000,
      pingTimeout: 10_000,
      maxPayload: 12_345,
    });
  });

  it('give way to raw Socket.IO options', async () => {
    const gateway = await startGateway({ socketio: { pingInterval: 300, path: '/rt' } });
    const response = await fetch(`${gateway.url}/rt/?EIO=4&transport=polling`);
    expect(JSON.parse((await response.text()).slice(1))).toMatchObject({ pingInterval: 300 });
  });
});

describe('max_conn', () => {
  it('refuses who comes too many with a clear error, and lets in when there is place again', async () => {
    const gateway = await startGateway({ max_conn: 2 });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const extra = client(gateway);
    const closed = new Promise((resolve) => extra.socket.io.once('close', resolve));
    expect((await refused(extra)).data).toEqual({
      code: 'limit',
      message: 'The gateway has its 2 connections; try again later.',
      retry_after: 5_000,
    });
    await closed;
    // Who is in opens further namespaces.
    const chat = a.socket.io.socket('/chat', {});
    await once(chat as never, 'connect');
    const ended = once(gateway.io.sockets.sockets.get(b.id)?.conn as never, 'close');
    b.socket.disconnect();
    await ended;
    await plain(gateway);
  });
});

describe('a client that is one too many', () => {
  it('is closed by the gateway where it does not go by itself', async () => {
    const gateway = await startGateway({ max_conn: 1 });
    await plain(gateway);
    const raw = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    onTestFinished(() => raw.terminate());
    const packets: string[] = [];
    raw.on('message', (data) => {
      packets.push(String(data));
      if (packets.length === 1) raw.send('40');
    });
    await once(raw, 'close');
    expect(packets.at(-1)).toMatch(/^44\{"message":"The gateway has its 1 connections; .*"code":"limit"/);
  });
});

describe('cors_origins', () => {
  const from = (origin: string) => ({ extraHeaders: { origin } });

  it('turn foreign pages away, by websocket too', async () => {
    const gateway = await startGateway({ cors_origins: ['https://app.example'] });
    await plain(gateway, '/', from('https://app.example'));
    await plain(gateway, '/', from(gateway.url));
    await plain(gateway);
    await refused(client(gateway, '/', from('https://evil.example')));
    await refused(client(gateway, '/', { ...from('https://evil.example'), transports: ['polling'] }));
    await refused(client(gateway, '/', from('null')));
    const ask = (origin: string) =>
      fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    const allowed = await ask('https://app.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await ask('https://evil.example')).status).toBe(403);
  });

  it('are all by default', async () => {
    const gateway = await startGateway();
    await plain(gateway, '/', from('https://anywhere.example'));
  });
});

describe('close', () => {
  it('tells the clients, and ends them so that they come back', async () => {
    const gateway = await startGateway();
    const a = await sdk(gateway);
    const b = await plain(gateway, '/chat', { transports: ['polling'] });
    const reasons = [a, b].map(({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)));
    const closing = gateway.close();
    expect(gateway.isReady).toBe(false);
    expect(gateway.close()).toBe(closing);
    await closing;
    for (const each of [a, b]) {
      const [, bye] = await each.next('toporia:bye');
      expect(bye).toEqual({ code: 'restart', retry_after: expect.any(Number) });
    }
    // Anything but "io server disconnect", after which an official client stays away.
    for (const reason of await Promise.all(reasons)) expect(reason).toMatch(/^transport (close|error)$/);
    expect(() => gateway.url).toThrow();
  });

  it('lets nobody in who comes meanwhile, and says when to come again', async () => {
    const gateway = await startGateway();
    // A connection that does not poll again holds the gateway up until its time is over.
    await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
    const late = client(gateway);
    const closing = gateway.close();
    expect((await refused(late)).data).toEqual({
      code: 'limit',
      message: 'The gateway is shutting down; try again.',
      retry_after: 1_000,
    });
    await closing;
  });

  it('frees the port', async () => {
    const gateway = await startGateway();
    await plain(gateway);
    const port = Number(new URL(gateway.url).port);
    await gateway.close();
    const next = createGateway({ host: '127.0.0.1', port });
    await next.listen();
    await next.close();
  });

  it('before listen() or without clients is as good', async () => {
    const idle = createGateway();
    await idle.close();
    await idle.close();
    expect(idle.isReady).toBe(false);
  });

  it('cuts off whom it cannot reach', async () => {
    const gateway = await startGateway({ shutdown_timeout: 100 });
    const { port } = new URL(gateway.url);
    // It never reads, so that its buffers are full and what is to be written stays.
    const deaf = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void deaf.destroy());
    deaf.on('error', () => {});
    await once(deaf, 'connect');
    deaf.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n' +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(deaf, 'data');
    const inside = new Promise<void>((resolve) => gateway.io.once('connection', () => resolve()));
    // The frame of the packet "40", masked with zeros.
    deaf.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]));
    await inside;
    deaf.pause();
    for (let i = 0; i < 50; i++) gateway.io.emit('flood', Buffer.alloc(1_000_000));
    const idle = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void idle.destroy());
    idle.on('error', () => {});
    await once(idle, 'connect');
    await gateway.close();
    expect(gateway.io.engine.clientsCount).toBe(0);
  });
});
