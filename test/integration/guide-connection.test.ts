import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS, unusedPort } from '../support/realtime-pair';

/** The transport that a client is on. */
const transportOf = (realtime: ReturnType<typeof open>) => realtime.getSocket().io.engine.transport.name;

describe("the guide's connection options", () => {
  it('reach Socket.IO', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, {
      transports: ['websocket'],
      upgrade: false,
      rememberUpgrade: true,
      timeout: 20_000,
      reconnectionDelay: 1_000,
      reconnectionDelayMax: 5_000,
      query: { tenant: 'acme' },
    });
    await realtime.ready();

    expect(realtime.getSocket().io.opts).toMatchObject({
      upgrade: false,
      rememberUpgrade: true,
      reconnectionDelay: 1_000,
      reconnectionDelayMax: 5_000,
    });
    expect(realtime.getSocket().io.engine).toHaveProperty('opts.transports', ['websocket']);
    expect(realtime.getSocket().io.engine).toHaveProperty('opts.upgrade', false);
    expect(realtime.getSocket().io.engine).toHaveProperty('opts.rememberUpgrade', true);
    const server = gateway.gateway.io.sockets.sockets.get(realtime.getId() as string);
    expect(server?.handshake.query.tenant).toBe('acme');
  });

  it.each(TRANSPORTS)('connect over %s when asked to', async (transport) => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { transports: [transport], upgrade: false });
    await realtime.ready();
    expect(transportOf(realtime)).toBe(transport);
    const server = gateway.gateway.io.sockets.sockets.get(realtime.getId() as string);
    expect(server?.conn.transport.name).toBe(transport);
  });

  it('take websocket where nothing is asked for', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    await realtime.ready();
    expect(transportOf(realtime)).toBe('websocket');
  });

  it.each(TRANSPORTS)('name another path and headers, over %s', async (transport) => {
    const gateway = await startGateway({ path: '/live/' });
    const extraHeaders = { 'x-tenant': 'acme' };
    const realtime = open(gateway.url, { transports: [transport], path: '/live/', extraHeaders });
    await realtime.ready();
    const server = gateway.gateway.io.sockets.sockets.get(realtime.getId() as string);
    expect(server?.handshake.headers).toMatchObject(extraHeaders);
  });

  it.each([
    ['', '/', {}],
    ['/', '/', {}],
    ['?tenant=acme', '/', { tenant: 'acme' }],
    ['/chat', '/chat', {}],
    ['/chat/', '/chat', {}],
    ['/chat?tenant=acme', '/chat', { tenant: 'acme' }],
    ['/chat/support', '/chat/support', {}],
  ])('take the namespace and the query from a URL that ends in "%s"', async (end, namespace, query) => {
    const gateway = await startGateway();
    const realtime = open(gateway.url + end);
    await realtime.ready();
    const server = gateway.gateway.io.of(namespace).sockets.get(realtime.getId() as string);
    expect(server?.handshake.query).toMatchObject(query);
  });

  it('upgrade from polling where polling comes first', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { transports: ['polling', 'websocket'] });
    await realtime.ready();
    const { engine } = realtime.getSocket().io;
    if (engine.transport.name === 'polling') await next(engine, 'upgrade');
    expect(engine.transport.name).toBe('websocket');
  });

  it('bound the delay before each try', async () => {
    const realtime = open(`http://127.0.0.1:${await unusedPort()}`, {
      reconnectionDelay: 20,
      reconnectionDelayMax: 30,
      reconnectionAttempts: 4,
    });
    const log = logOf(realtime, 'reconnecting', 'reconnect_failed');
    await log.until('reconnect_failed');
    const delays = log.values('reconnecting').map((value) => (value as { delay: number }).delay);
    expect(delays).toHaveLength(4);
    expect(delays[0]).toBeLessThanOrEqual(20);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30);
  });
});

describe.each(TRANSPORTS)('when the connection fails, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('says so with an error, for a port where nobody listens', async () => {
    const realtime = open(`http://127.0.0.1:${await unusedPort()}`, over);
    const error = await next(realtime, 'connect_error');
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'connect_failed' });
    expect(realtime.isConnected()).toBe(false);
  });

  it('gives up after the attempts that it was allowed, and can be told to try again', async () => {
    const port = await unusedPort();
    const realtime = open(`http://127.0.0.1:${port}`, { ...over, reconnectionAttempts: 2 });
    const joining = realtime.channel('news');
    expect(await next(realtime, 'reconnect_failed')).toEqual({ attempts: 2 });
    expect(realtime.state).toBe('failed');

    const gateway = await startGateway({ port });
    const connected = next(realtime, 'connected');
    realtime.reconnect();

    expect(await connected).toEqual({ id: realtime.getId() });
    await joining.ready;
    const heard = next(realtime, 'flash');
    gateway.broadcast('news', 'flash', 'we are back');
    expect(await heard).toBe('we are back');
  });

  it('rejects the join of a room that nobody may enter', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const error = await realtime.join('private.room').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('private.room') });
    expect(realtime.getRooms()).toEqual([]);
  });
});

describe.each(TRANSPORTS)('batches, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };
  type Pair = [event: string, data: unknown];

  it('arrive whole though the array is emptied right after emit', async () => {
    const gateway = await startGateway();
    const lea = open(gateway.url, over);
    const sam = open(gateway.url, over);
    const log = logOf(sam, 'moved', 'end');
    await Promise.all([lea.join('board'), sam.join('board')]);
    const queue: Pair[] = [
      ['moved', { x: 1 }],
      ['moved', { x: 2 }],
    ];
    lea.emit('batch', queue);
    queue.length = 0;
    lea.emit('end');
    await log.until('end');
    expect(log.values('moved')).toEqual([{ x: 1 }, { x: 2 }]);
  });

  it('arrive whole when they were gathered before and between connections', async () => {
    const gateway = await startGateway();
    const sam = open(gateway.url, over);
    const log = logOf(sam, 'moved', 'end');
    await sam.join('board');
    const queue: Pair[] = [];
    const lea = open(gateway.url, { ...over, autoConnect: false });
    const flush = (...items: Pair[]) => {
      queue.push(...items);
      lea.emit('batch', queue);
      queue.length = 0;
    };
    const joined = lea.join('board');
    flush(['moved', 1], ['moved', 2]);
    flush(['moved', 3]);
    lea.connect();
    await joined;
    lea.once('disconnected', () => {
      flush(['moved', 4]);
      flush(['moved', 5], ['end', null]);
    });
    cut(gateway, lea);
    await log.until('end');
    expect(log.values('moved')).toEqual([1, 2, 3, 4, 5]);
  });

  it('have an ack with the result of each event', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const reply = await realtime.request('batch', [['note', 1], { event: 'user.joined', data: {} }]);
    expect(reply).toMatchObject({
      status: 'ok',
      count: 2,
      results: [{ status: 'ok' }, { error: { code: 'reserved_event' } }],
    });
  });
});
