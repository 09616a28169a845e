import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS, wireNames } from '../support/realtime-pair';

describe.each(TRANSPORTS)('rooms, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('are joined once when joined twice at a time', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    const joins = [realtime.join('news'), realtime.join('news')];
    expect(realtime.getRooms()).toEqual([]);
    const [first, second] = await Promise.all(joins);
    expect(second).toBe(first);
    expect(await realtime.join('news')).toBe(first);
    expect(realtime.channel('news')).toBe(first);
    await realtime.request('marker');
    expect(wire.filter((name) => name === 'join')).toHaveLength(1);
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it('are not joined when a leave overtakes the join', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.ready();
    const joining = realtime.join('news').catch((error: unknown) => error);
    await realtime.leave('news');
    expect(await joining).toMatchObject({ code: 'left' });
    expect(realtime.getRooms()).toEqual([]);
    await realtime.request('marker');
    expect(await gateway.gateway.channels()).toEqual([]);
  });

  it('are joined when a join follows a leave at once', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const leaving = realtime.leave('news');
    await realtime.join('news');
    await leaving;
    expect(realtime.getRooms()).toEqual(['news']);
    const heard = next(realtime, 'flash');
    gateway.broadcast('news', 'flash', 1);
    expect(await heard).toBe(1);
  });

  it('may be left without having been joined', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.leave('never.joined');
    expect(realtime.getRooms()).toEqual([]);
  });

  it('stay listed while the connection is away, and are there when "reconnected" comes', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await Promise.all([realtime.join('news'), realtime.join('sport')]);
    const rooms: unknown[] = [];
    realtime.on('disconnected', () => rooms.push(realtime.getRooms()));
    const back = new Promise<unknown>((resolve) => {
      realtime.on('reconnected', () => resolve(gateway.gateway.channels()));
    });
    cut(gateway, realtime);
    expect(await back).toEqual([
      expect.objectContaining({ name: 'news', connections: 1 }),
      expect.objectContaining({ name: 'sport', connections: 1 }),
    ]);
    expect(rooms).toEqual([['news', 'sport']]);
  });

  it('are not joined again after they were left while the connection was away', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await Promise.all([realtime.join('news'), realtime.join('sport')]);
    const left = new Promise<void>((resolve) => {
      realtime.once('disconnected', () => realtime.leave('news').then(resolve));
    });
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await Promise.all([left, back]);
    expect(realtime.getRooms()).toEqual(['sport']);
    expect((await gateway.gateway.channels()).map(({ name }) => name)).toEqual(['sport']);
  });

  it('are joined when the connection comes, for a join made while it was away', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.ready();
    const joined = new Promise<unknown>((resolve, reject) => {
      realtime.once('disconnected', () => realtime.join('news').then(resolve, reject));
    });
    cut(gateway, realtime);
    expect(await joined).toBe(realtime.channel('news'));
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it('are one join when a "connected" handler joins what is being rejoined', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    realtime.on('connected', () => realtime.join('news'));
    await realtime.join('news');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(wire.filter((name) => name === 'join' || name === '(connection)')).toEqual([
      '(connection)',
      'join',
      '(connection)',
      'join',
    ]);
  });

  it('are not rejoined at all when a "connected" handler leaves them', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    await Promise.all([realtime.join('news'), realtime.join('sport')]);
    realtime.on('connected', () => realtime.leave('news'));
    wire.length = 0;
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    await realtime.request('marker');
    expect(wire.filter((name) => name !== 'toporia:hello')).toEqual(['(connection)', 'join', 'marker']);
    expect(realtime.getRooms()).toEqual(['sport']);
  });

  it('can be waited for no longer than is wished', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, autoConnect: false });
    const controller = new AbortController();
    const late = realtime.join('a', { timeout: 5 }).catch((error: unknown) => error);
    const aborted = realtime.join('b', { signal: controller.signal }).catch((error: unknown) => error);
    const before = realtime.join('c', { signal: AbortSignal.abort('why') }).catch((error: unknown) => error);
    controller.abort();
    expect(await late).toMatchObject({ code: 'timeout' });
    expect(await aborted).toMatchObject({ code: 'aborted' });
    expect(await before).toMatchObject({ code: 'aborted', cause: 'why' });
    realtime.connect();
    await realtime.request('marker');
    expect(realtime.getRooms()).toEqual([]);
    expect(await gateway.gateway.channels()).toEqual([]);
  });

  it('are kept for a later connection by disconnect(), and what waits is told', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const waiting = realtime.join('sport').catch((error: unknown) => error);
    realtime.disconnect();
    expect(await waiting).toMatchObject({ code: 'closed' });
    expect(await realtime.join('more').catch((error: unknown) => error)).toMatchObject({ code: 'closed' });
    const log = logOf(realtime, 'flash');
    realtime.connect();
    await realtime.ready();
    await realtime.request('marker');
    gateway.broadcast('news', 'flash', 1);
    expect(await log.until('flash')).toEqual([1, expect.anything()]);
    expect((await gateway.gateway.channels()).map(({ name }) => name)).toEqual(['news']);
  });

  it('go through the same registry when they are joined and left by name', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const ask = (event: string, data: unknown) =>
      new Promise<unknown>((resolve) => realtime.emit(event, data, resolve));
    expect(await ask('join', 'a')).toMatchObject({ room: 'a' });
    expect(await ask('join-room', { room: 'b' })).toMatchObject({ room: 'b' });
    expect(await ask('subscribe', { channel: 'c' })).toMatchObject({ channel: 'c', subscribed: true });
    expect(await ask('join-room', { room: 'presence.d' })).toMatchObject({
      room: 'presence.d',
      members: [{ user_id: realtime.getId() }],
    });
    expect(realtime.getRooms()).toEqual(['a', 'b', 'c', 'presence.d']);
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(await gateway.gateway.channels()).toHaveLength(4);
    expect(await ask('leave', 'a')).toEqual({ room: 'a' });
    expect(await ask('leave-room', { room: 'b' })).toEqual({ room: 'b' });
    expect(await ask('unsubscribe', { channel: 'c' })).toEqual({ channel: 'c', unsubscribed: true });
    expect(realtime.getRooms()).toEqual(['presence.d']);
    expect(await ask('join', 'private.x')).toMatchObject({
      error: { code: 'forbidden' },
      room: 'private.x',
    });
  });
});
