import { describe, expect, it } from 'vitest';
import { next, open, startGateway } from '../support/realtime-pair';

describe('events as a stream', () => {
  async function listening() {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    await realtime.join('news');
    return { gateway, realtime };
  }

  it('gives each message in turn with its meta, and ends with break', async () => {
    const { gateway, realtime } = await listening();
    const stream = realtime.events('tick');
    for (const value of [1, 2, 3]) gateway.broadcast('news', 'tick', value);
    const heard: unknown[] = [];
    for await (const [value, { channel }] of stream) {
      heard.push([value, channel]);
      if (value === 3) break;
    }
    expect(heard).toEqual([
      [1, 'news'],
      [2, 'news'],
      [3, 'news'],
    ]);
    gateway.broadcast('news', 'tick', 4);
    gateway.broadcast('news', 'end');
    await next(realtime, 'end');
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('keeps what comes while the loop is busy', async () => {
    const { gateway, realtime } = await listening();
    const heard: unknown[] = [];
    const stream = realtime.events('tick');
    gateway.broadcast('news', 'tick', 1);
    for await (const [value] of stream) {
      heard.push(value);
      if (value === 3) break;
      if (value !== 1) continue;
      const end = next(realtime, 'end');
      gateway.broadcast('news', 'tick', 2);
      gateway.broadcast('news', 'tick', 3);
      gateway.broadcast('news', 'end');
      await end;
    }
    expect(heard).toEqual([1, 2, 3]);
  });

  it('ends with its signal, also one that fired before', async () => {
    const { gateway, realtime } = await listening();
    const controller = new AbortController();
    const heard: unknown[] = [];
    const stream = realtime.events('tick', { signal: controller.signal });
    gateway.broadcast('news', 'tick', 1);
    for await (const [value] of stream) {
      heard.push(value);
      queueMicrotask(() => controller.abort());
    }
    for await (const [value] of realtime.events('tick', { signal: controller.signal })) heard.push(value);
    expect(heard).toEqual([1]);
  });

  it('ends when the client is disconnected', async () => {
    const { realtime } = await listening();
    const waiting = realtime.events('tick').next();
    realtime.disconnect();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('goes on over a reconnect', async () => {
    const { gateway, realtime } = await listening();
    const stream = realtime.events('tick');
    const back = next(realtime, 'connected');
    realtime.reconnect();
    await back;
    await realtime.request('marker');
    gateway.broadcast('news', 'tick', 1);
    expect((await stream.next()).value?.[0]).toBe(1);
  });

  it('of one room gives that room alone, and ends when it is left', async () => {
    const { gateway, realtime } = await listening();
    await realtime.join('sport');
    const stream = realtime.channel('sport').events('tick');
    gateway.broadcast('news', 'tick', 1);
    gateway.broadcast('sport', 'tick', 2);
    expect((await stream.next()).value?.[0]).toBe(2);
    await realtime.leave('sport');
    expect((await stream.next()).done).toBe(true);
  });
});
