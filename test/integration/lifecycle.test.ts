import { describe, expect, it } from 'vitest';
import { type RealtimeOptions, ToporiaRealtime } from '../../src';
import { EventLog } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS, unusedPort } from '../support/realtime-pair';

const EVENTS = [
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'reconnect_failed',
  'connect_error',
] as const;

/** Notes every lifecycle event, and each state as `→ state`. */
function lifecycleOf(realtime: ToporiaRealtime): EventLog {
  const log = new EventLog();
  realtime.on('state', ({ state, previous, reason }) => log.note(`→ ${state}`, previous, reason));
  for (const event of EVENTS) realtime.on(event, (details: unknown) => log.note(event, details));
  return log;
}

describe.each(TRANSPORTS)('the life of a connection, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  it('begins by itself, in a turn of its own', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const log = lifecycleOf(realtime);
    expect(realtime.state).toBe('idle');
    expect(await realtime.ready()).toBe(realtime);
    await log.until('connected');
    expect(log.entries).toEqual([
      ['→ connecting', 'idle', undefined],
      ['→ connected', 'connecting', undefined],
      ['connected', { id: realtime.getId() }],
    ]);
    expect(realtime.isConnected()).toBe(true);
    expect(realtime.getSocket().id).toBe(realtime.getId());
  });

  it('waits for connect() with autoConnect: false', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, autoConnect: false });
    const log = lifecycleOf(realtime);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.entries).toEqual([]);
    expect(gateway.connections()).toBe(0);
    const waiting = realtime.ready();
    expect(realtime.connect()).toBe(realtime);
    await waiting;
    realtime.connect();
    expect(log.names).toEqual(['→ connecting', '→ connected', 'connected']);
  });

  it('tells of a lost connection and of the way back, in order', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const firstId = realtime.getId();
    const log = lifecycleOf(realtime);
    realtime.channel('news').on('joined', ({ rejoined }) => log.note('joined', rejoined));
    cut(gateway, realtime);
    await log.until('reconnected');
    expect(log.names).toEqual([
      '→ reconnecting',
      'disconnected',
      'reconnecting',
      '→ connected',
      'connected',
      'joined',
      'reconnected',
    ]);
    const reason = expect.stringMatching(/^transport (close|error)$/);
    expect(log.entries[0]).toEqual(['→ reconnecting', 'connected', reason]);
    expect(log.values('disconnected')).toEqual([{ reason }]);
    expect(log.values('reconnecting')).toEqual([{ attempt: 1, delay: expect.any(Number) }]);
    expect(log.values('joined')).toEqual([true]);
    expect(log.values('reconnected')).toEqual([{ attempt: 1 }]);
    expect(realtime.getId()).not.toBe(firstId);
  });

  it('tells of every try that fails, and gives up after those that it may make', async () => {
    const realtime = open(`http://127.0.0.1:${await unusedPort()}`, { ...over, reconnectionAttempts: 2 });
    const log = lifecycleOf(realtime);
    const never = realtime.ready({ timeout: Number.POSITIVE_INFINITY }).catch((error: unknown) => error);
    await log.until('reconnect_failed');
    expect(log.names).toEqual([
      '→ connecting',
      'connect_error',
      '→ reconnecting',
      'reconnecting',
      'connect_error',
      'reconnecting',
      'connect_error',
      '→ failed',
      'reconnect_failed',
    ]);
    expect(log.values('reconnect_failed')).toEqual([{ attempts: 2 }]);
    expect(await never).toMatchObject({ code: 'connect_failed' });
    log.clear();
    realtime.reconnect();
    await log.until('reconnect_failed');
    expect(log.values('reconnecting')).toHaveLength(2);
  });

  it('fails at once with reconnection: false, whether it never was or is lost', async () => {
    const unreachable = open(`http://127.0.0.1:${await unusedPort()}`, { ...over, reconnection: false });
    const first = lifecycleOf(unreachable);
    await first.until('→ failed');
    expect(first.names).toEqual(['→ connecting', 'connect_error', '→ failed']);

    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, reconnection: false });
    await realtime.ready();
    const second = lifecycleOf(realtime);
    cut(gateway, realtime);
    await second.until('disconnected');
    expect(second.names).toEqual(['→ failed', 'disconnected']);
    realtime.connect();
    await realtime.ready();
    expect(realtime.isConnected()).toBe(true);
  });

  it('is waited for no longer than is wished', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, autoConnect: false, ackTimeout: 20 });
    const controller = new AbortController();
    const aborted = realtime.ready({ signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'aborted' });
    await expect(realtime.ready({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    await expect(realtime.ready({ timeout: 1 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'timeout' });
    expect(realtime.state).toBe('idle');
  });

  it('ends with disconnect(), and can begin anew', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.ready();
    const log = lifecycleOf(realtime);
    expect(realtime.disconnect()).toBe(realtime);
    realtime.disconnect();
    expect(log.entries).toEqual([
      ['→ closed', 'connected', undefined],
      ['disconnected', { reason: 'io client disconnect' }],
    ]);
    expect(realtime.isConnected()).toBe(false);
    expect(realtime.getId()).toBeUndefined();
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'closed' });
    log.clear();
    realtime.connect();
    await log.until('connected');
    expect(log.names.slice(0, 3)).toEqual(['→ connecting', '→ connected', 'connected']);
  });

  it('can be ended while it is being made, and nothing comes of it', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const log = lifecycleOf(realtime);
    await next(realtime, 'state');
    realtime.disconnect();
    // Another client's way in and out proves that the first had time enough.
    const other = open(gateway.url, over);
    await other.request('marker');
    expect(log.names).toEqual(['→ connecting', '→ closed']);
  });

  it('is made anew by reconnect(), rooms and all', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const firstId = realtime.getId();
    const log = lifecycleOf(realtime);
    expect(realtime.reconnect()).toBe(realtime);
    const heard = next(realtime, 'flash');
    await log.until('connected');
    await realtime.request('marker');
    expect(realtime.getId()).not.toBe(firstId);
    gateway.broadcast('news', 'flash', 1);
    expect(await heard).toBe(1);
    expect(log.names.slice(0, 4)).toEqual(['→ reconnecting', 'disconnected', '→ connected', 'connected']);
  });

  it('is not made anew after the server has put the client out', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.ready();
    const log = lifecycleOf(realtime);
    gateway.gateway.io.disconnectSockets();
    await log.until('disconnected');
    expect(log.entries).toEqual([
      ['→ failed', 'connected', 'kicked'],
      ['disconnected', { reason: 'io server disconnect' }],
    ]);
    realtime.connect();
    await realtime.ready();
    expect(realtime.isConnected()).toBe(true);
  });

  it('can be steered from within its own events', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.ready();
    realtime.once('disconnected', () => realtime.disconnect());
    const closed = new Promise<void>((resolve) => {
      realtime.on('state', ({ state }) => state === 'closed' && resolve());
    });
    cut(gateway, realtime);
    await closed;
    const log = lifecycleOf(realtime);
    realtime.connect();
    await realtime.request('marker');
    expect(log.names.slice(0, 3)).toEqual(['→ connecting', '→ connected', 'connected']);
  });

  it('ends with the block that it was made in', async () => {
    const gateway = await startGateway();
    let outer: ToporiaRealtime | undefined;
    {
      await using realtime = new ToporiaRealtime(gateway.url, over);
      await realtime.ready();
      outer = realtime;
    }
    expect(outer.state).toBe('closed');
  });
});
