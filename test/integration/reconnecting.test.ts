import { describe, expect, it } from 'vitest';
import type { RealtimeError, RealtimeOptions } from '../../src';
import { logOf } from '../support/event-log';
import {
  cut,
  next,
  open,
  reachable,
  SOON,
  startGateway,
  TRANSPORTS,
  unusedPort,
  wireNames,
} from '../support/realtime-pair';

/** Notices within a second that the other side is silent. */
const QUICK_PINGS = { socketio: { pingInterval: 200, pingTimeout: 300 } };

describe.each(TRANSPORTS)('coming back, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  it('from a restart of the gateway, at its new process, with rooms and what was emitted', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const log = logOf(realtime, 'disconnected', 'reconnecting', 'reconnected', 'flash');
    const notes: unknown[] = [];
    realtime.once('disconnected', () => realtime.emit('note', 'while it was away'));
    await gateway.restart();
    gateway.of('/').on('note', (data) => {
      notes.push(data);
    });
    await log.until('reconnected');
    await realtime.request('marker');
    expect(notes).toEqual(['while it was away']);
    gateway.broadcast('news', 'flash', 1);
    expect((await log.until('flash'))[0]).toBe(1);
  });

  it('not before the time that a restarting gateway asked for', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, reconnectionDelay: 1, reconnectionDelayMax: 1 });
    await realtime.ready();
    const byes: { code: string; retry_after: number }[] = [];
    realtime.getSocket().on('toporia:bye', (bye) => byes.push(bye));
    await reachable(gateway, realtime);
    const due = next<{ delay: number }>(realtime, 'reconnecting');
    await gateway.restart();
    const { delay } = await due;
    expect(byes).toEqual([{ code: 'restart', retry_after: expect.any(Number) }]);
    expect(delay).toBeGreaterThanOrEqual(byes[0]?.retry_after ?? Number.POSITIVE_INFINITY);
    expect(delay).toBeLessThanOrEqual((byes[0]?.retry_after ?? 0) + 1);
  });

  it('not before the time that a full gateway asked for', async () => {
    const gateway = await startGateway({ max_conn: 1 });
    await open(gateway.url, over).ready();
    const realtime = open(gateway.url, over);
    const log = logOf(realtime, 'connect_error', 'reconnecting');
    const [{ delay }] = (await log.until('reconnecting')) as [{ delay: number }];
    const [error] = log.values('connect_error') as [RealtimeError];
    expect(error).toMatchObject({ code: 'limit', retryable: true, retryAfter: expect.any(Number) });
    expect(delay).toBeGreaterThanOrEqual(error.retryAfter as number);
  });

  it('from a gateway that froze: noticed by silence, retried until it answers', async () => {
    const gateway = await startGateway(QUICK_PINGS);
    const realtime = open(gateway.url, { ...over, timeout: 200 });
    await realtime.join('news');
    const log = logOf(realtime, 'disconnected', 'connect_error', 'reconnected', 'flash');
    const lost = realtime.request('marker', 1, { timeout: Number.POSITIVE_INFINITY });
    await lost;
    gateway.freeze();
    const waiting = realtime.request('note').catch((error: unknown) => error);
    await log.until('disconnected');
    expect(await waiting).toMatchObject({ code: 'connection_lost' });
    expect(log.values('disconnected')).toEqual([{ reason: 'ping timeout' }]);
    expect(await log.until('connect_error')).toEqual([expect.objectContaining({ code: 'connect_failed' })]);
    gateway.unfreeze();
    await log.until('reconnected');
    gateway.broadcast('news', 'flash', 1);
    expect((await log.until('flash'))[0]).toBe(1);
  });

  it('from a sleep: what is emitted on waking is sent once, after the rooms are back', async () => {
    const gateway = await startGateway({ socketio: { pingInterval: 200, pingTimeout: 200 } });
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const back = next(realtime, 'reconnected');
    // No timer runs meanwhile, as on a laptop whose lid is closed.
    const wakes = Date.now() + 600;
    while (Date.now() < wakes);
    realtime.emit('note', 1);
    const answer = realtime.request('note', 2);
    await back;
    expect(await answer).toEqual({ status: 'ok' });
    const names = wire.filter((name) => name !== 'toporia:hello');
    expect(names.slice(0, 2)).toEqual(['(connection)', 'join']);
    expect(names.slice(names.lastIndexOf('(connection)'))).toEqual(['(connection)', 'join', 'note', 'note']);
    expect(names.filter((name) => name === 'note')).toHaveLength(2);
  });

  it('within the first try, when the gateway was frozen for less than the timeout', async () => {
    const gateway = await startGateway();
    gateway.freeze();
    const realtime = open(gateway.url, over);
    const log = logOf(realtime, 'connect_error');
    const joining = realtime.join('news');
    await next(realtime, 'state');
    gateway.unfreeze();
    await joining;
    expect(log.entries).toEqual([]);
  });

  it('as often as it is needed', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const log = logOf(realtime, 'reconnected', 'flash');
    for (let time = 1; time <= 5; time++) {
      cut(gateway, realtime);
      await log.until('reconnected', time);
      gateway.broadcast('news', 'flash', time);
      await log.until('flash', time);
    }
    expect(log.values('flash')).toEqual([1, 2, 3, 4, 5]);
  });

  it('at once by reconnect(), without waiting for the delay', async () => {
    const port = await unusedPort();
    const realtime = open(`http://127.0.0.1:${port}`, {
      transports: [transport],
      reconnectionDelay: 1e8,
      reconnectionDelayMax: 1e8,
    });
    await next(realtime, 'reconnecting');
    await startGateway({ port });
    const back = next(realtime, 'reconnected');
    realtime.reconnect();
    expect(await back).toEqual({ attempt: 1 });
  });

  it('never, when it was disconnected while it waited', async () => {
    const port = await unusedPort();
    const realtime = open(`http://127.0.0.1:${port}`, over);
    await next(realtime, 'reconnecting');
    realtime.disconnect();
    const gateway = await startGateway({ port });
    const other = open(gateway.url, over);
    await other.request('marker');
    expect(realtime.state).toBe('closed');
    expect(gateway.connections()).toBe(1);
  });

  it('leaves another client of the same host alone, which has options of its own', async () => {
    const gateway = await startGateway();
    const chat = open(`${gateway.url}/chat`, over);
    const [other] = TRANSPORTS.filter((name) => name !== transport);
    const admin = open(`${gateway.url}/admin`, { ...over, transports: [other as string] });
    await Promise.all([chat.ready(), admin.ready()]);
    expect(chat.getSocket().io.engine.transport.name).toBe(transport);
    expect(admin.getSocket().io.engine.transport.name).toBe(other);
    const log = logOf(admin, 'disconnected', 'connect_error');
    chat.reconnect();
    await chat.ready();
    cut(gateway, chat, '/chat');
    await next(chat, 'reconnected');
    chat.disconnect();
    await admin.request('marker');
    expect(log.entries).toEqual([]);
    expect(admin.isConnected()).toBe(true);
  });
});
