import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { logOf } from '../support/event-log';
import { next, open, openPlain, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('events, over %s', (transport) => {
  const over = { transports: [transport] };

  async function listening() {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    /** Sends what proves that everything before it has been heard. */
    const end = async () => {
      const heard = next(realtime, 'end');
      gateway.broadcast('news', 'end');
      await heard;
    };
    return { gateway, realtime, end };
  }

  it('reach handlers in order, until they are taken away', async () => {
    const { gateway, realtime, end } = await listening();
    const heard: unknown[] = [];
    const first = (value: unknown) => heard.push(['first', value]);
    const second = (value: unknown) => heard.push(['second', value]);
    const third = (value: unknown) => heard.push(['third', value]);
    realtime.on('tick', first);
    const stop = realtime.on('tick', second);
    realtime.on('tick', third);
    gateway.broadcast('news', 'tick', 1);
    await end();
    realtime.off('tick', first);
    stop();
    gateway.broadcast('news', 'tick', 2);
    await end();
    realtime.off('tick');
    gateway.broadcast('news', 'tick', 3);
    await end();
    expect(heard).toEqual([
      ['first', 1],
      ['second', 1],
      ['third', 1],
      ['third', 2],
    ]);
  });

  it('reach a "once" handler once', async () => {
    const { gateway, realtime, end } = await listening();
    const heard: unknown[] = [];
    const stopped: unknown[] = [];
    realtime.once('tick', (value) => heard.push(value));
    realtime.once('tick', (value) => stopped.push(value))();
    gateway.broadcast('news', 'tick', 1);
    gateway.broadcast('news', 'tick', 2);
    await end();
    expect(heard).toEqual([1]);
    expect(stopped).toEqual([]);
  });

  it('reach handlers of any event, with their names', async () => {
    const { gateway, realtime, end } = await listening();
    const heard: unknown[] = [];
    const handler = (event: string, data: unknown, meta: { channel?: string }) =>
      heard.push([event, data, meta.channel]);
    realtime.onAny(handler);
    const stop = realtime.onAny(() => heard.push('stopped'));
    stop();
    gateway.broadcast('news', 'one', 1);
    gateway.broadcast('news', 'two', 2);
    await end();
    realtime.offAny(handler);
    gateway.broadcast('news', 'three', 3);
    await end();
    expect(heard).toEqual([
      ['one', 1, 'news'],
      ['two', 2, 'news'],
      ['end', null, 'news'],
    ]);
  });

  it('tell where a message came from and who sent it', async () => {
    const { gateway, realtime } = await listening();
    const sender = open(gateway.url, over);
    await sender.join('news');
    const heard = new Promise<unknown>((resolve) => {
      realtime.on('note', (data, meta) => resolve([data, meta]));
    });
    const before = Date.now();
    sender.emit('note', { text: 'hi' });
    const [data, meta] = (await heard) as [unknown, { timestamp: number }];
    expect(data).toEqual({ text: 'hi' });
    expect(meta).toMatchObject({
      channel: 'news',
      id: expect.any(String),
      sender: { user_id: sender.getId() },
    });
    expect(meta.timestamp).toBeGreaterThanOrEqual(before);
  });

  it('are heard once by the client and once by each room, when they go to several', async () => {
    const { gateway, realtime } = await listening();
    const sender = open(gateway.url, over);
    await Promise.all([realtime.join('sport'), sender.join('news'), sender.join('sport')]);
    const heard: unknown[] = [];
    realtime.on('note', (data) => heard.push(['client', data]));
    realtime.onAny((event) => event === 'note' && heard.push(['any']));
    realtime.channel('news').on('note', (data, { channel }) => heard.push([channel, data]));
    realtime.channel('sport').on('note', (data, { channel }) => heard.push([channel, data]));
    const end = next(realtime.channel('sport'), 'end');
    await sender.request('note', 1);
    await sender.request('end');
    await end;
    expect(heard).toHaveLength(4);
    expect(heard).toEqual(expect.arrayContaining([['client', 1], ['any'], ['news', 1], ['sport', 1]]));
  });

  it('carry binary data both ways', async () => {
    const { gateway, realtime } = await listening();
    const sender = open(gateway.url, over);
    const plain = await openPlain(gateway.url, over);
    await sender.join('news');
    await plain.emitWithAck('join', 'news');
    const heard = next(realtime, 'file');
    const heardByPlain = next(plain, 'file');
    const bytes = Uint8Array.from([0, 1, 2, 253, 254, 255]);
    sender.emit('file', { name: 'a.bin', parts: [bytes, bytes.subarray(2, 4)] });
    const expected = {
      name: 'a.bin',
      parts: [Buffer.from(bytes), Buffer.from([2, 253])],
    };
    expect(await heard).toEqual(expected);
    expect(await heardByPlain).toEqual(expected);

    gateway.of('/').on('reverse', (data) => Buffer.from(data as Buffer).reverse());
    expect(await sender.request('reverse', bytes.buffer)).toEqual(Buffer.from(bytes).reverse());
    const downward = next(realtime, 'bare');
    gateway.broadcast('news', 'bare', Buffer.from(bytes));
    expect(await downward).toEqual(Buffer.from(bytes));
  });

  it('go on when a handler throws or rejects, and the error is an event', async () => {
    const { gateway, realtime, end } = await listening();
    const errors = logOf(realtime, 'error');
    const heard: unknown[] = [];
    realtime.on('tick', () => {
      throw new Error('thrown');
    });
    realtime.on('tick', async () => {
      throw new Error('rejected');
    });
    realtime.on('tick', (value) => heard.push(value));
    gateway.broadcast('news', 'tick', 1);
    await end();
    await errors.until('error', 2);
    expect(heard).toEqual([1]);
    for (const [index, message] of ['thrown', 'rejected'].entries()) {
      const error = errors.values('error')[index] as RealtimeError;
      expect(error).toBeInstanceOf(RealtimeError);
      expect(error.code).toBe('handler_failed');
      expect(error.message).toContain('"tick"');
      expect(error.cause).toEqual(new Error(message));
    }
    expect(realtime.isConnected()).toBe(true);
  });

  it('go to the logger where nobody handles "error", also what an "error" handler throws', async () => {
    const gateway = await startGateway();
    const warnings: unknown[] = [];
    const realtime = open(gateway.url, { ...over, logger: { warn: (message) => warnings.push(message) } });
    await realtime.join('news');
    realtime.on('tick', () => {
      throw new Error('first');
    });
    gateway.broadcast('news', 'tick');
    const end = next(realtime, 'end');
    gateway.broadcast('news', 'end');
    await end;
    realtime.on('error', () => {
      throw new Error('second');
    });
    const last = next(realtime, 'last');
    gateway.broadcast('news', 'tick');
    gateway.broadcast('news', 'last');
    await last;
    expect(warnings).toEqual([expect.stringContaining('first'), expect.stringContaining('second')]);
  });

  it('of a lifecycle name are not taken for the real thing when a server sends them', async () => {
    const { gateway, realtime, end } = await listening();
    const names = [
      'connected',
      'disconnected',
      'reconnecting',
      'reconnected',
      'reconnect_failed',
      'error',
      'gap',
      'state',
    ];
    const log = logOf(realtime, ...names);
    const room = logOf(realtime.channel('news'), 'joined', 'left', 'gap', 'error');
    realtime.onAny((event) => log.note(`any ${event}`));
    for (const name of names) gateway.gateway.io.emit(name, { id: 'fake' }, { channel: 'news' });
    for (const name of ['joined', 'left']) gateway.broadcast('news', name, { rejoined: true });
    await end();
    expect(log.names).toEqual(['any joined', 'any left', 'any end']);
    expect(room.entries).toEqual([]);
    expect(realtime.state).toBe('connected');
  });
});
