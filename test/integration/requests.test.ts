import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { cut, open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    (value) => {
      throw new Error(`it resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as RealtimeError,
  );

describe.each(TRANSPORTS)('requests, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  /** A gateway that never answers `slow`, and notes what reaches it. */
  async function connected() {
    const gateway = await startGateway();
    const asked: unknown[] = [];
    const hub = gateway.of('/');
    hub.on('slow', () => new Promise<never>(() => {}));
    hub.on('echo', (data) => ({ echoed: data }));
    hub.on('note', (data) => {
      asked.push(data);
    });
    hub.on('fail', () => {
      throw new Error('internal details');
    });
    hub.on('refuse', () => ({ error: { code: 'custom', message: 'not today' } }));
    const realtime = open(gateway.url, over);
    await realtime.ready();
    return { gateway, realtime, asked };
  }

  it('resolve with the answer', async () => {
    const { realtime } = await connected();
    expect(await realtime.request('echo', { a: [1, null, 'x'] })).toEqual({
      echoed: { a: [1, null, 'x'] },
    });
    expect(await realtime.request('note')).toEqual({ status: 'ok' });
  });

  it('reject with a typed error when the time is up', async () => {
    const { realtime } = await connected();
    const error = await failure(realtime.request('slow', 1, { timeout: 5 }));
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({
      code: 'timeout',
      retryable: true,
      message: expect.stringContaining('slow'),
    });
  });

  it('take the time of "ackTimeout" where none is given', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('slow', () => new Promise<never>(() => {}));
    const realtime = open(gateway.url, { ...over, ackTimeout: 200 });
    await realtime.ready();
    expect(await failure(realtime.request('slow'))).toMatchObject({ code: 'timeout' });
    const reply = await new Promise((resolve) => realtime.emit('slow', 1, resolve));
    expect(reply).toEqual({ error: expect.objectContaining({ code: 'timeout' }) });
  });

  it('reject when they are aborted, with the reason', async () => {
    const { realtime } = await connected();
    const controller = new AbortController();
    const failing = failure(realtime.request('slow', 1, { signal: controller.signal }));
    controller.abort(new Error('the user went away'));
    expect(await failing).toMatchObject({ code: 'aborted', cause: new Error('the user went away') });
  });

  it('are not sent when they are aborted beforehand', async () => {
    const { realtime, asked } = await connected();
    expect(await failure(realtime.request('note', 'no', { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
    });
    await realtime.request('note', 'marker');
    expect(asked).toEqual(['marker']);
  });

  it('that wait for a connection are not sent after they were aborted or timed out', async () => {
    const { gateway, asked } = await connected();
    const realtime = open(gateway.url, { ...over, autoConnect: false });
    const controller = new AbortController();
    const failing = [
      failure(realtime.request('note', 'aborted', { signal: controller.signal })),
      failure(realtime.request('note', 'late', { timeout: 1 })),
    ];
    const waiting = realtime.request('note', 'sent');
    controller.abort();
    expect((await Promise.all(failing)).map(({ code }) => code)).toEqual(['aborted', 'timeout']);
    realtime.connect();
    await waiting;
    expect(asked).toEqual(['sent']);
  });

  it('reject with "connection_lost" when the connection ends, and an ack gets the same', async () => {
    const { gateway, realtime } = await connected();
    const failing = failure(realtime.request('slow'));
    const ack = new Promise((resolve) => realtime.emit('slow', 1, resolve));
    cut(gateway, realtime);
    expect(await failing).toMatchObject({ code: 'connection_lost', retryable: true });
    expect(await ack).toEqual({ error: expect.objectContaining({ code: 'connection_lost' }) });
  });

  it('reject with "connection_lost" on disconnect(), and with "closed" after it', async () => {
    const { realtime } = await connected();
    const failing = failure(realtime.request('slow'));
    realtime.disconnect();
    expect(await failing).toMatchObject({ code: 'connection_lost' });
    expect(await failure(realtime.request('slow'))).toMatchObject({ code: 'closed' });
    const ack = new Promise((resolve) => realtime.emit('slow', 1, resolve));
    expect(await ack).toEqual({ error: expect.objectContaining({ code: 'closed' }) });
  });

  it('that wait for a connection reject with "closed" on disconnect()', async () => {
    const { gateway } = await connected();
    const realtime = open(gateway.url, { ...over, autoConnect: false });
    const failing = failure(realtime.request('note'));
    realtime.disconnect();
    expect(await failing).toMatchObject({ code: 'closed' });
  });

  it('reject with the code that the gateway gave', async () => {
    const { realtime } = await connected();
    expect(await failure(realtime.request('talk', { room: 'elsewhere' }))).toMatchObject({
      code: 'not_in_room',
    });
    expect(await failure(realtime.request('batch', 'nonsense'))).toMatchObject({ code: 'invalid_payload' });
    expect(await failure(realtime.request('batch', Array(501).fill(['note', 1])))).toMatchObject({
      code: 'limit',
      retryable: true,
    });
    expect(await failure(realtime.request('presence.update', { room: 'x', user_info: 1 }))).toMatchObject({
      code: 'not_in_room',
      retryable: false,
    });
    const internal = await failure(realtime.request('fail'));
    expect(internal).toMatchObject({ code: 'internal' });
    expect(internal.message).not.toContain('details');
  });

  it('reject with "rejected" for a code of the application, which is the cause', async () => {
    const { realtime } = await connected();
    const error = await failure(realtime.request('refuse'));
    expect(error).toMatchObject({
      code: 'rejected',
      message: 'not today',
      cause: { code: 'custom', message: 'not today' },
    });
  });

  it('leave nothing on their signal when they are over', async () => {
    const { realtime } = await connected();
    const { signal } = new AbortController();
    await Promise.all([
      realtime.request('echo', 1, { signal }),
      realtime.ready({ signal }),
      realtime.join('news', { signal }),
    ]);
    await failure(realtime.request('slow', 1, { signal, timeout: 1 }));
    const stream = realtime.events('tick', { signal });
    await stream.return?.();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('hand an ack what the gateway answered, refusals included', async () => {
    const { realtime } = await connected();
    const reply = await new Promise((resolve) => realtime.emit('talk', { room: 'elsewhere' }, resolve));
    expect(reply).toMatchObject({ error: { code: 'not_in_room', message: expect.any(String) } });
  });

  it('are answered in any number at a time, each with its own answer', async () => {
    const { realtime } = await connected();
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const replies = await Promise.all(numbers.map((number) => realtime.request('echo', number)));
    expect(replies).toEqual(numbers.map((echoed) => ({ echoed })));
  });

  it('of an event without a payload: the ack may come second', async () => {
    const { realtime } = await connected();
    expect(await new Promise((resolve) => realtime.emit('echo', resolve))).toEqual({});
    expect(realtime.emit('echo')).toBe(realtime);
  });
});
