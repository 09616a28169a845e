import { describe, expect, it } from 'vitest';
import type { RealtimeOptions, StateChange } from '../../src';
import { logOf } from '../support/event-log';
import {
  next,
  open,
  reachable,
  SECRET,
  SOON,
  startGateway,
  startSocketIo,
  TRANSPORTS,
  tokenFor,
} from '../support/realtime-pair';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

const LIFECYCLE = ['state', 'disconnected', 'reconnecting', 'connected', 'reconnected', 'connect_error'];

describe.each(TRANSPORTS)('a connection that the gateway ends, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  it('by a kick stays ended, with the reason, until it is told to connect again', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('misbehave', (_data, context) => context.disconnect());
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const log = logOf(realtime, ...LIFECYCLE);
    realtime.emit('misbehave');
    await log.until('disconnected');
    expect(log.entries).toEqual([
      ['state', { state: 'failed', previous: 'connected', reason: 'kicked' }],
      ['disconnected', { reason: 'io server disconnect' }],
    ]);
    await expect(realtime.ready()).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining('kicked'),
    });
    realtime.reconnect();
    await log.until('reconnected');
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it.each([
    ['without a word', [], 'failed'],
    ['by a kick', [{ code: 'kicked' }], 'failed'],
    ['for a restart', [{ code: 'restart', retry_after: 1 }], 'reconnecting'],
    ['at a limit', [{ code: 'limit' }], 'reconnecting'],
    ['for a reason of its own', [{ code: 'moved' }], 'reconnecting'],
    ['with nonsense for a reason', [5], 'reconnecting'],
  ])('by the disconnect of any Socket.IO server, %s, is final or not', async (_how, byes, state) => {
    const { io, url } = await startSocketIo();
    io.on('connection', (socket) => {
      socket.on('end', () => {
        for (const bye of byes) socket.emit('toporia:bye', bye);
        socket.disconnect(true);
      });
    });
    const realtime = open(url, over);
    const log = logOf(realtime, 'state', 'connected');
    await log.until('connected');
    log.clear();
    realtime.emit('end');
    expect((await log.until('state'))[0]).toMatchObject({ state });
    if (state === 'reconnecting') await log.until('connected');
  });

  it('by a goodbye that came long before another loss does not keep it from coming back', async () => {
    const { io, url } = await startSocketIo();
    io.on('connection', (socket) => {
      socket.on('say', (bye: object, done: () => void) => {
        socket.emit('toporia:bye', bye);
        done();
      });
    });
    const realtime = open(url, over);
    await realtime.request('say', { code: 'restart', retry_after: 1 });
    const back = next(realtime, 'reconnected');
    realtime.reconnect();
    await back;
    const state = next<StateChange>(realtime, 'state');
    io.disconnectSockets();
    expect(await state).toMatchObject({ state: 'failed', reason: 'kicked' });
  });

  it('waits as long as a limit asked for, and the time of its own on top', async () => {
    const { io, url } = await startSocketIo();
    const realtime = open(url, { ...over, reconnectionDelay: 50, reconnectionDelayMax: 50 });
    const due = next<{ delay: number }>(realtime, 'reconnecting');
    await realtime.ready();
    io.emit('toporia:bye', { code: 'limit', retry_after: 86_400_000 });
    await next(realtime, 'toporia:bye');
    for (const [, socket] of io.sockets.sockets) socket.conn.close();
    const { delay } = await due;
    expect(delay).toBeGreaterThanOrEqual(86_400_000);
    expect(delay).toBeLessThanOrEqual(86_400_050);
  });
});

describe('a connection whose token has ended', () => {
  const ending = () => tokenFor('7', { expires: inSeconds(2) });

  it('comes back with a fresh one, rooms and all', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, token_grace: 100, jwt_clock_tolerance: 0 });
    let asked = 0;
    const realtime = open(gateway.url, {
      ...SOON,
      // The renewal over the same connection is left unanswered.
      auth: () => {
        asked++;
        if (asked === 1) return ending();
        return asked === 2 ? new Promise(() => {}) : tokenFor('7');
      },
    });
    const log = logOf(realtime, 'reconnected', 'error', 'reconnect_failed');
    await realtime.join('presence.room');
    await log.until('reconnected');
    expect(asked).toBe(3);
    expect(realtime.getRooms()).toEqual(['presence.room']);
    expect(log.names).toEqual(['reconnected']);
  });

  it('gives up with that for a reason when there is no other', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, token_grace: 100, jwt_clock_tolerance: 0 });
    const realtime = open(gateway.url, { ...SOON, auth: await ending() });
    const log = logOf(realtime, 'connect_error', 'state');
    await realtime.join('presence.room');
    expect(await log.until('connect_error')).toEqual([expect.objectContaining({ code: 'token_expired' })]);
    expect(log.values('state').at(-1)).toMatchObject({ state: 'failed', reason: 'token_expired' });
  });
});

describe('after a deploy', () => {
  it('pain 21: each client is told another time to come back, and adds a random one of its own', async () => {
    const gateway = await startGateway();
    const clients = Array.from({ length: 20 }, () =>
      open(gateway.url, { transports: ['websocket'], reconnectionDelay: 200, reconnectionDelayMax: 200 }),
    );
    await Promise.all(clients.map((realtime) => realtime.ready()));
    const told: number[] = [];
    const delays = clients.map((realtime, index) => {
      realtime.on('toporia:bye', (bye) => {
        told[index] = (bye as { retry_after: number }).retry_after;
      });
      return next<{ delay: number }>(realtime, 'reconnecting');
    });
    await Promise.all(clients.map((realtime) => reachable(gateway, realtime)));
    await gateway.stop();
    const waits = (await Promise.all(delays)).map(({ delay }) => delay);
    // 20 draws from 500 ms, and from 200 more: far apart but for a chance of one in billions.
    expect(new Set(told).size).toBeGreaterThan(5);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(100);
    expect(waits.map((wait, index) => wait >= (told[index] as number))).not.toContain(false);
  });
});
