import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { cut, open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('the offline queue, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  /** A gateway that keeps what `note` brings, and a client that is not connected yet. */
  async function offline(options: Parameters<typeof open>[1] = {}) {
    const gateway = await startGateway();
    const notes: unknown[] = [];
    gateway.of('/').on('note', (data) => {
      notes.push(data);
    });
    const realtime = open(gateway.url, { ...over, autoConnect: false, ...options });
    return { gateway, realtime, notes };
  }

  it('sends in order what was emitted before the connection, then what came after', async () => {
    const { realtime, notes } = await offline();
    for (const number of [1, 2, 3]) realtime.emit('note', number);
    realtime.on('connected', () => realtime.emit('note', 4));
    const last = realtime.request('note', 5);
    realtime.connect();
    await last;
    await realtime.request('note', 6);
    expect(notes).toEqual([1, 2, 3, 5, 4, 6]);
  });

  it('keeps the order of a burst that begins before the connection and ends after it', async () => {
    const { realtime, notes } = await offline();
    const numbers = Array.from({ length: 1_500 }, (_, number) => number);
    for (const number of numbers.slice(0, 500)) realtime.emit('note', number);
    realtime.connect();
    await realtime.ready();
    for (const number of numbers.slice(500)) realtime.emit('note', number);
    await realtime.request('note', 'end');
    expect(notes).toEqual([...numbers, 'end']);
  });

  it('sends once what was emitted between two connections', async () => {
    const { gateway, realtime, notes } = await offline();
    realtime.connect();
    await realtime.request('note', 'before');
    const sent = new Promise((resolve) => {
      realtime.once('disconnected', () => {
        realtime.emit('note', 'between 1');
        realtime.emit('note', 'between 2', resolve);
      });
    });
    cut(gateway, realtime);
    expect(await sent).toEqual({ status: 'ok' });
    realtime.reconnect();
    await realtime.request('note', 'after');
    expect(notes).toEqual(['before', 'between 1', 'between 2', 'after']);
  });

  it('refuses what is over its limit: by the ack, or by the event "error"', async () => {
    const { realtime, notes } = await offline({ offlineQueue: { limit: 2 } });
    const errors = logOf(realtime, 'error');
    realtime.emit('note', 1);
    realtime.emit('note', 2);
    const ack = new Promise((resolve) => realtime.emit('note', 3, resolve));
    realtime.emit('note', 4);
    await expect(realtime.request('note', 5)).rejects.toMatchObject({ code: 'queue_full' });
    expect(await ack).toEqual({ error: expect.objectContaining({ code: 'queue_full' }) });
    expect(errors.values('error')).toEqual([expect.objectContaining({ code: 'queue_full' })]);
    realtime.connect();
    await realtime.ready();
    await realtime.request('note', 'end');
    expect(notes).toEqual([1, 2, 'end']);
  });

  it('drops the oldest instead where that is wished', async () => {
    const { realtime, notes } = await offline({ offlineQueue: { limit: 2, overflow: 'drop-oldest' } });
    const oldest = new Promise((resolve) => realtime.emit('note', 1, resolve));
    realtime.emit('note', 2);
    const newest = realtime.request('note', 3);
    expect(await oldest).toEqual({ error: expect.objectContaining({ code: 'queue_full' }) });
    realtime.connect();
    await newest;
    expect(notes).toEqual([2, 3]);
  });

  it('has room for 1,000 messages', async () => {
    const { realtime, notes } = await offline();
    const errors = logOf(realtime, 'error');
    for (let number = 1; number <= 1_001; number++) realtime.emit('note', number);
    realtime.connect();
    await realtime.ready();
    await realtime.request('note', 'end');
    expect(errors.values('error')).toHaveLength(1);
    expect(notes).toHaveLength(1_001);
    expect(notes.slice(-2)).toEqual([1_000, 'end']);
  });

  it('gives the place of a request that was aborted to another', async () => {
    const { realtime, notes } = await offline({ offlineQueue: { limit: 1 } });
    const controller = new AbortController();
    const aborted = realtime.request('note', 1, { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    const sent = realtime.request('note', 2);
    realtime.connect();
    await sent;
    expect(notes).toEqual([2]);
  });

  it('drops what is volatile', async () => {
    const { gateway, realtime, notes } = await offline();
    gateway.of('/').on('typing.started', (data) => notes.push(data));
    gateway.of('/').on('client-wave', (data) => notes.push(data));
    const errors = logOf(realtime, 'error');
    realtime.volatile.emit('note', 'volatile');
    realtime.emit('typing.started', 'typing');
    realtime.channel('news').whisper('wave', 'whisper');
    await expect(realtime.request('note', 1, { volatile: true })).rejects.toMatchObject({
      code: 'not_connected',
    });
    realtime.connect();
    await realtime.ready();
    await realtime.request('note', 'end');
    expect(notes).toEqual(['end']);
    expect(errors.entries).toEqual([]);
    realtime.volatile.emit('note', 'now');
    await realtime.request('note', 'last');
    expect(notes).toEqual(['end', 'now', 'last']);
  });

  it('copies a payload at once, however deep', async () => {
    const { realtime, notes } = await offline();
    const bytes = Uint8Array.from([1, 2, 3]);
    const view = new Uint8Array(bytes.buffer, 1, 2);
    const date = new Date(0);
    const money = { cents: 5, toJSON: () => `${money.cents} cents` };
    const payload = { list: [[1, { deep: 'before' }]], bytes, view, date, money, nothing: undefined };
    realtime.emit('note', payload);
    const list = [1, 2, 3];
    realtime.emit('note', list);

    list.length = 0;
    payload.list[0]?.splice(0, 2, 9);
    payload.list.push([7]);
    bytes.fill(0);
    date.setTime(1e12);
    money.cents = 6;
    realtime.connect();
    await realtime.ready();
    await realtime.request('note', 'end');

    expect(notes).toEqual([
      {
        list: [[1, { deep: 'before' }]],
        bytes: Buffer.from([1, 2, 3]),
        view: Buffer.from([2, 3]),
        date: '1970-01-01T00:00:00.000Z',
        money: '5 cents',
      },
      [1, 2, 3],
      'end',
    ]);
  });

  it('fails what cannot be sent, and sends the rest', async () => {
    const { realtime, notes } = await offline();
    const bad = new Promise((resolve) => realtime.emit('note', 1n, resolve));
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const cycle = new Promise((resolve) => realtime.emit('note', cyclic, resolve));
    const good = realtime.request('note', 'good');
    realtime.connect();
    await good;
    expect(await bad).toEqual({ error: expect.objectContaining({ code: 'invalid_payload' }) });
    expect(await cycle).toEqual({ error: expect.objectContaining({ code: 'invalid_payload' }) });
    expect(notes).toEqual(['good']);
  });
});
