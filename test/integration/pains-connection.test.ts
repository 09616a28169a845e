import { describe, expect, it } from 'vitest';
import { ToporiaRealtime } from '../../src';
import { EventLog, logOf } from '../support/event-log';
import {
  cut,
  next,
  open,
  openPlain,
  reachable,
  SOON,
  startGateway,
  startSocketIo,
  TRANSPORTS,
  wireNames,
} from '../support/realtime-pair';

describe.each(TRANSPORTS)('what hurts users elsewhere when connections fail, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('pain 01: every lifecycle event is heard on the client itself', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, reconnectionAttempts: 3 });
    const log = logOf(
      realtime,
      'connected',
      'disconnected',
      'reconnecting',
      'reconnected',
      'connect_error',
      'reconnect_failed',
      'state',
    );
    await log.until('connected');
    cut(gateway, realtime);
    await log.until('reconnected');
    await gateway.stop();
    await log.until('reconnect_failed');
    expect(new Set(log.names)).toEqual(
      new Set([
        'connected',
        'disconnected',
        'reconnecting',
        'reconnected',
        'connect_error',
        'reconnect_failed',
        'state',
      ]),
    );
    expect(log.values('connected')).toHaveLength(2);
    expect(log.values('disconnected')).toHaveLength(2);
  });

  it('pain 02: the same function runs once, however often it is registered and the client reconnects', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const heard: unknown[] = [];
    const handler = (data: unknown) => heard.push(data);
    realtime.on('connected', async () => {
      realtime.on('tick', handler);
      realtime.channel('news').on('tick', handler);
      await realtime.join('news');
    });
    await next(realtime.channel('news'), 'joined');
    for (let time = 0; time < 3; time++) {
      const back = next(realtime, 'reconnected');
      cut(gateway, realtime);
      await back;
    }
    gateway.broadcast('news', 'tick', 1);
    const end = next(realtime, 'end');
    gateway.broadcast('news', 'end');
    await end;
    // Once for the client, once for the room: two handles, each of which it was given to.
    expect(heard).toEqual([1, 1]);
  });

  it('pain 02: closures that grow with each "connected" are reported through the logger', async () => {
    const gateway = await startGateway();
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) };
    const growing = open(gateway.url, { ...over, logger });
    const steady = open(gateway.url, { ...over, logger: { warn: () => warnings.push('steady') } });
    growing.on('connected', () => {
      growing.on('tick', () => {});
    });
    steady.on('connected', () => {});
    await Promise.all([growing.ready(), steady.ready()]);
    for (let time = 0; time < 6; time++) {
      const back = [next(growing, 'reconnected'), next(steady, 'reconnected')];
      cut(gateway, growing);
      cut(gateway, steady);
      await Promise.all(back);
    }
    expect(warnings).toEqual([expect.stringMatching(/handlers.*\d.*"connected"/)]);
  });

  it('pain 03: on the wire, all joins come before what was emitted while away, in order', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    await Promise.all([realtime.join('a'), realtime.join('b'), realtime.join('presence.c')]);
    realtime.once('disconnected', () => {
      realtime.emit('first', 1);
      realtime.channel('a').emit('second', 2);
      realtime.emit('third', 3);
    });
    const heard: unknown[] = [];
    const other = await openPlain(gateway.url, over);
    other.onAny((event, data) => heard.push([event, data]));
    await other.emitWithAck('join', 'a');
    wire.length = 0;
    const end = next(other, 'third');
    cut(gateway, realtime);
    await end;
    const events = wire.filter((name) => name !== 'toporia:hello');
    expect(events).toEqual(['(connection)', 'join', 'first', 'second', 'third']);
    // The relay knows the sender's rooms: it would have gone nowhere before the rejoin.
    expect(heard).toEqual([
      ['first', 1],
      ['second', 2],
      ['third', 3],
    ]);
  });

  it('pain 03: what is emitted in a "connected" handler comes after the joins, too', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    realtime.on('connected', () => realtime.emit('hello'));
    await realtime.join('a');
    const back = next(realtime, 'reconnected');
    wire.length = 0;
    cut(gateway, realtime);
    await back;
    await realtime.request('marker');
    expect(wire.filter((name) => name !== 'toporia:hello')).toEqual([
      '(connection)',
      'join',
      'hello',
      'marker',
    ]);
  });

  it('pain 04: acks end by answer, timeout, abort or loss, each once, and none is kept', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('slow', () => new Promise<never>(() => {}));
    const realtime = open(gateway.url, over);
    await realtime.ready();
    const acks = new EventLog();
    const acksHeldBySocketIo = () =>
      Object.keys((realtime.getSocket() as unknown as { acks: Record<number, unknown> }).acks);
    realtime.emit('quick', 1, (reply) => acks.note('answered', reply));
    await acks.until('answered');
    const controller = new AbortController();
    const late = realtime.request('slow', 1, { timeout: 5 }).catch(({ code }: { code: string }) => code);
    const aborted = realtime
      .request('slow', 2, { signal: controller.signal })
      .catch(({ code }: { code: string }) => code);
    controller.abort();
    expect([await late, await aborted]).toEqual(['timeout', 'aborted']);
    expect(acksHeldBySocketIo()).toEqual([]);

    realtime.emit('slow', 3, (reply) => acks.note('lost', reply));
    expect(acksHeldBySocketIo()).toHaveLength(1);
    cut(gateway, realtime);
    expect(await acks.until('lost')).toEqual([
      { error: expect.objectContaining({ code: 'connection_lost' }) },
    ]);
    expect(acksHeldBySocketIo()).toEqual([]);
    await next(realtime, 'reconnected');
    await realtime.request('marker');
    expect(acks.names).toEqual(['answered', 'lost']);
  });

  it('pain 04: an answer that comes too late is not taken for another, and leaves nothing', async () => {
    const { io, url } = await startSocketIo();
    const replies: ((value: string) => void)[] = [];
    io.on('connection', (socket) => {
      socket.on('ask', (_data, reply: (value: string) => void) => replies.push(reply));
      socket.on('now', (_data, reply: (value: string) => void) => {
        for (const late of replies) late('too late');
        reply('in time');
      });
    });
    const realtime = open(url, over);
    await realtime.ready();
    await expect(realtime.request('ask', 1, { timeout: 50 })).rejects.toMatchObject({ code: 'timeout' });
    expect(await realtime.request('now', 2)).toBe('in time');
    // Left is what no plain server answers: the SDK's own greeting.
    const { acks } = realtime.getSocket() as unknown as { acks: Record<number, unknown> };
    expect(Object.keys(acks)).toHaveLength(1);
    realtime.disconnect();
    expect(Object.keys(acks)).toEqual([]);
  });

  it('pain 23: an application can be tested against a gateway that drops, freezes and restarts', async () => {
    const gateway = await startGateway({ socketio: { pingInterval: 200, pingTimeout: 300 } });
    const realtime = new ToporiaRealtime(gateway.url, { ...over, timeout: 300 });
    await realtime.join('news');
    expect(gateway.connections()).toBe(1);
    const survives = async (fault: () => unknown) => {
      const back = next(realtime, 'reconnected');
      await fault();
      await back;
      const heard = next(realtime, 'flash');
      gateway.broadcast('news', 'flash', 'still here');
      expect(await heard).toBe('still here');
    };

    await reachable(gateway, realtime);
    await survives(() => gateway.dropConnections());
    await survives(async () => {
      const lost = next(realtime, 'disconnected');
      gateway.freeze();
      await lost;
      gateway.unfreeze();
    });
    await survives(() => gateway.restart());
    realtime.disconnect();
    await gateway.stop();
    await gateway.stop();
  });
});
