import { describe, expect, it } from 'vitest';
import type { LimitSettings } from '../../src/config/limit-settings';
import { plain, sdk, startGateway } from '../core/support';
import { ask, disconnected, FAR, rawSocket, TestClock } from './support';

async function gatewayWith(limits: Partial<LimitSettings>) {
  const clock = new TestClock();
  return { clock, gateway: await startGateway({ limits: { ...FAR, ...limits } }, { now: clock.now }) };
}

const MESSAGES = { messages_per_second: 10, messages_burst: 3 };

describe('messages a second', () => {
  it('over it are refused, and taken again after retry_after', async () => {
    const { clock, gateway } = await gatewayWith(MESSAGES);
    const a = await plain(gateway);
    const replies = await Promise.all([1, 2, 3, 4].map((n) => ask(a, 'chat', { n })));
    expect(replies.slice(0, 3)).toEqual(Array(3).fill({ status: 'ok' }));
    expect(replies[3]).toEqual({
      error: {
        code: 'rate_limited',
        message: 'A connection may send 10 messages a second; try again later.',
        retry_after: expect.any(Number),
      },
    });
    const wait = replies[3]?.error?.retry_after as number;
    expect(wait).toBeGreaterThan(0);
    clock.advance(wait - 1);
    expect((await ask(a, 'chat')).error?.code).toBe('rate_limited');
    clock.advance(1);
    expect(await ask(a, 'chat')).toEqual({ status: 'ok' });
    expect(gateway.stats().refusals).toEqual({
      total: 2,
      by_code: { rate_limited: 2 },
      by_limit: { messages_per_second: 2 },
    });
  });

  it('of one client leave the others undisturbed', async () => {
    const { gateway } = await gatewayWith(MESSAGES);
    const [a, b, c] = [await plain(gateway), await plain(gateway), await plain(gateway)];
    for (const client of [a, b, c]) await client.ask('join', 'r');
    for (let n = 0; n < 5; n++) a.socket.emit('from.a', n);
    await a.ask('leave', 'r');
    expect(await ask(b, 'from.b')).toEqual({ status: 'ok' });
    expect(await c.before('from.b')).toEqual([0, 1, 2].map((n) => ['from.a', n]));
  });

  it.each(['typing.started', 'client-whisper', 'leave', 'presence.update', 'toporia:hello', 'user.joined'])(
    'count %s like any other',
    async (event) => {
      const { gateway } = await gatewayWith(MESSAGES);
      const a = await sdk(gateway);
      for (let n = 0; n < 3; n++) await a.ask(event, { room: 'r' });
      expect((await ask(a, event, { room: 'r' })).error?.code).toBe('rate_limited');
    },
  );

  it('are counted over all namespaces of a connection', async () => {
    const { gateway } = await gatewayWith(MESSAGES);
    const a = await plain(gateway);
    const socket = a.socket.io.socket('/chat');
    for (let n = 0; n < 3; n++) await a.ask('chat');
    expect(await socket.emitWithAck('chat')).toMatchObject({ error: { code: 'rate_limited' } });
  });

  it('are counted where a program listens by gateway.io', async () => {
    const { gateway } = await gatewayWith(MESSAGES);
    let calls = 0;
    gateway.io.on('connection', (socket) => {
      socket.on('own', (ack: (reply: string) => void) => {
        calls += 1;
        ack('done');
      });
    });
    const a = await plain(gateway);
    const replies = await Promise.all(Array.from({ length: 4 }, () => a.ask('own')));
    expect(replies).toEqual([
      'done',
      'done',
      'done',
      { error: expect.objectContaining({ code: 'rate_limited' }) },
    ]);
    expect(calls).toBe(3);
  });

  it('count each event of a batch, which is taken whole or not at all', async () => {
    const { clock, gateway } = await gatewayWith(MESSAGES);
    const [a, b] = [await plain(gateway), await plain(gateway)];
    for (const client of [a, b]) await client.ask('join', 'r');
    expect(
      await ask(a, 'batch', [
        ['one', 1],
        ['two', 2],
      ]),
    ).toMatchObject({ count: 2 });
    const late = await ask(a, 'batch', [['three', 3], { event: 'four' }]);
    expect(late).toEqual({ error: expect.objectContaining({ code: 'rate_limited', retry_after: 100 }) });
    clock.advance(100);
    expect(
      await ask(a, 'batch', [
        ['five', 5],
        ['six', 6],
      ]),
    ).toMatchObject({ count: 2 });
    expect(await b.before('six')).toEqual([
      ['one', 1],
      ['two', 2],
      ['five', 5],
    ]);
  });

  it('far over it end the connection, which is told why', async () => {
    const { gateway } = await gatewayWith(MESSAGES);
    const [a, b] = [await plain(gateway), await plain(gateway)];
    for (let n = 0; n < 300; n++) a.socket.emit('flood', n);
    expect(await a.next('toporia:bye')).toEqual(['toporia:bye', { code: 'limit', retry_after: 5_000 }]);
    // Not by the server's will, after which clients don't come back.
    expect(await disconnected(a)).not.toBe('io server disconnect');
    expect(gateway.stats()).toMatchObject({ connections: 1, ended: { messages_per_second: 1 } });
    expect(await ask(b, 'chat')).toEqual({ status: 'ok' });
  });

  it('count what is no event too', async () => {
    const { gateway } = await gatewayWith(MESSAGES);
    const raw = await rawSocket(gateway);
    const ended = new Promise((resolve) => raw.once('close', resolve));
    for (let n = 0; n < 300; n++) raw.send(`40/n${n},`);
    await ended;
    expect(gateway.stats().ended).toEqual({ messages_per_second: 1 });
  });
});

describe('joins a second', () => {
  const JOINS = { joins_per_second: 10, joins_burst: 2 };

  it.each(['join', 'join-room'])('by %s over it are refused, by the name of the room', async (event) => {
    const { clock, gateway } = await gatewayWith(JOINS);
    const a = await plain(gateway);
    for (const room of ['one', 'two']) expect(await ask(a, event, { room })).toEqual({ room });
    const reply = await ask(a, event, { room: 'three' });
    expect(reply).toEqual({
      error: {
        code: 'rate_limited',
        message: expect.stringContaining('10 joins a second'),
        retry_after: 100,
      },
      room: 'three',
    });
    expect(await ask(a, 'leave', 'one')).toEqual({ room: 'one' });
    clock.advance(100);
    expect(await ask(a, event, { room: 'three' })).toEqual({ room: 'three' });
  });

  it('by subscribe are told by the event as well', async () => {
    const { gateway } = await gatewayWith(JOINS);
    const a = await plain(gateway);
    for (const channel of ['one', 'two']) await a.ask('subscribe', { channel });
    a.log('subscribe', { channel: 'three' });
    expect(await a.next('subscription_error')).toEqual([
      'subscription_error',
      { channel: 'three', message: expect.stringContaining('10 joins a second') },
    ]);
    expect(await a.next('ack')).toEqual([
      'ack',
      { error: expect.objectContaining({ code: 'rate_limited' }), channel: 'three' },
    ]);
  });

  it('count each room of a list, and each join of a batch', async () => {
    const { clock, gateway } = await gatewayWith(JOINS);
    const a = await plain(gateway);
    expect(await ask(a, 'join', { rooms: ['one', 'two'] })).toMatchObject({ results: [{}, {}] });
    expect((await ask(a, 'join', { rooms: ['three'] })).error?.code).toBe('rate_limited');
    clock.advance(200);
    expect(
      await ask(a, 'batch', [
        ['join', 'three'],
        ['join', { rooms: ['four'] }],
        ['chat', 1],
      ]),
    ).toMatchObject({
      count: 3,
    });
    expect(
      (
        await ask(a, 'batch', [
          ['chat', 1],
          ['join', 'five'],
        ])
      ).error?.retry_after,
    ).toBe(100);
    expect(await ask(a, 'chat')).toEqual({ status: 'ok' });
  });
});

describe('bytes a second', () => {
  const BYTES = { bytes_per_second: 1_000, bytes_burst: 5_000, max_payload: 2_000 };

  it('over it are refused until they are paid for', async () => {
    const { clock, gateway } = await gatewayWith(BYTES);
    const a = await plain(gateway);
    const text = 'x'.repeat(1_500);
    const replies = [];
    for (let n = 0; n < 4; n++) replies.push(await ask(a, 'chat', text));
    expect(replies.slice(0, 3)).toEqual(Array(3).fill({ status: 'ok' }));
    expect(replies[3]?.error).toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining('1000 bytes a second'),
    });
    // What is refused has come all the same, so a short one is what still fits.
    clock.advance((replies[3]?.error?.retry_after as number) + 100);
    expect(await ask(a, 'chat', 'short')).toEqual({ status: 'ok' });
    expect(gateway.stats().refusals.by_limit).toEqual({ bytes_per_second: 1 });
  });

  it('count binary attachments', async () => {
    const { gateway } = await gatewayWith(BYTES);
    const a = await plain(gateway);
    for (let n = 0; n < 3; n++) await a.ask('chat', Buffer.alloc(1_600));
    expect((await ask(a, 'chat', Buffer.alloc(1_600))).error?.code).toBe('rate_limited');
  });

  it('far over it end the connection', async () => {
    const { gateway } = await gatewayWith(BYTES);
    const a = await plain(gateway);
    for (let n = 0; n < 10; n++) a.socket.emit('flood', 'x'.repeat(1_900));
    expect(await a.next('toporia:bye')).toEqual(['toporia:bye', { code: 'limit', retry_after: 5_000 }]);
    expect(gateway.stats().ended).toEqual({ bytes_per_second: 1 });
  });

  it('let the largest payload through whatever the burst', async () => {
    const { gateway } = await gatewayWith({ bytes_per_second: 1, bytes_burst: 1, max_payload: 10_000 });
    const a = await plain(gateway);
    expect(await ask(a, 'chat', 'x'.repeat(9_800))).toEqual({ status: 'ok' });
  });
});

it('0 is no limit', async () => {
  const { gateway } = await gatewayWith({ messages_burst: 1, joins_burst: 1, bytes_burst: 1 });
  const a = await plain(gateway);
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, n) => ask(a, n % 2 ? 'chat' : 'join', `r${n}`)),
  );
  expect(replies.filter(({ error }) => error)).toEqual([]);
});
