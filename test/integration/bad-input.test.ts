import { describe, expect, it } from 'vitest';
import { RealtimeError, ToporiaRealtime } from '../../src';
import { logOf } from '../support/event-log';
import { next, open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a URL that is none', () => {
  it.each([
    '',
    'localhost:3000',
    'not a url',
    'http://',
    'https://?x',
    'ftp://example.com',
    'http:/example.com',
    '//example.com',
    '/chat',
    'javascript:alert(1)',
    'http://exa mple.com',
    undefined,
    null,
    42,
    {},
  ])('is refused at once: %j', (url) => {
    const error = thrown(() => new ToporiaRealtime(url as string));
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(/URL.*http:\/\/localhost:3000/),
    });
  });

  it.each([
    'http://127.0.0.1:1',
    'https://example.com/',
    'ws://example.com:80/chat',
    'wss://example.com/chat?tenant=1',
    'http://[::1]:3000/a/b',
  ])('is not what %s is', (url) => {
    expect(thrown(() => new ToporiaRealtime(url, { autoConnect: false }))).toBeUndefined();
  });
});

describe.each(TRANSPORTS)('bad input, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  /** A client and a bystander, both in a room; and what tells that neither was disturbed. */
  async function undisturbed() {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const bystander = open(gateway.url, over);
    await Promise.all([realtime.join('room'), bystander.join('room')]);
    const lost = [logOf(realtime, 'disconnected', 'error'), logOf(bystander, 'disconnected', 'error')];
    const check = async () => {
      const heard = next(bystander, 'still here');
      expect(await realtime.request('still here', 1)).toEqual({ status: 'ok' });
      expect(await heard).toBe(1);
      expect(lost.flatMap(({ entries }) => entries)).toEqual([]);
      expect(await gateway.gateway.channels()).toEqual([
        expect.objectContaining({ name: 'room', connections: 2 }),
      ]);
    };
    return { gateway, realtime, bystander, check };
  }

  const rooms: [string, unknown][] = [
    ['an empty name', ''],
    ['300 characters', 'r'.repeat(300)],
    ['two dots', 'a..b'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['prototype', 'prototype'],
    ['a space', 'a b'],
    ['a slash', 'a/b'],
    ['a line break', 'a\n'],
    ['an umlaut', 'größe'],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['an object', { toString: () => 'room' }],
  ];

  it('as a room: is refused by every call that takes one', async () => {
    const { realtime, check } = await undisturbed();
    for (const [, room] of rooms) {
      const name = room as string;
      const error = await realtime.join(name).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RealtimeError);
      expect(error).toMatchObject({ code: 'invalid_argument' });
      expect(thrown(() => realtime.channel(name))).toMatchObject({ code: 'invalid_argument' });
      const reply = await new Promise((resolve) => realtime.emit('join-room', { room: name }, resolve));
      expect(reply).toMatchObject({ error: { code: 'invalid_argument' } });
      await realtime.leave(name);
    }
    expect(realtime.getRooms()).toEqual(['room']);
    await check();
  });

  it('as a room: has its bounds where the protocol says', async () => {
    const { gateway, realtime } = await undisturbed();
    const names = ['r', 'r'.repeat(200), 'A-Z_a:z.0-9'];
    for (const name of names) await realtime.join(name);
    await expect(realtime.join('r'.repeat(201))).rejects.toMatchObject({ code: 'invalid_argument' });
    expect((await gateway.gateway.channels()).map(({ name }) => name).sort()).toEqual(
      ['room', ...names].sort(),
    );
  });

  const reserved = [
    ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'],
    ...['user.joined', 'user.left', 'user.updated', 'presence:member_added', 'toporia:bye'],
    ...['authenticated', 'auth_error', 'subscribed', 'subscription_error'],
    ...['connected', 'disconnected', 'reconnecting', 'reconnected', 'reconnect_failed', 'error', 'state'],
    ...['__proto__', 'constructor', 'prototype'],
  ];

  it('as an event: reserved, empty, too long and unprintable names are refused before they are sent', async () => {
    const { realtime, bystander, check } = await undisturbed();
    const heard: string[] = [];
    bystander.onAny((event) => heard.push(event));
    const names: unknown[] = [...reserved, '', 'e'.repeat(256), 'a\u0000b', 'a\nb', 7, undefined, null];
    for (const each of names) {
      const name = each as string;
      const refusal = { code: 'invalid_argument', message: expect.stringContaining('event') };
      expect(thrown(() => realtime.emit(name, {}))).toMatchObject(refusal);
      expect(thrown(() => realtime.volatile.emit(name, {}))).toMatchObject(refusal);
      expect(thrown(() => realtime.channel('room').emit(name, {}))).toMatchObject(refusal);
      await expect(realtime.request(name, {})).rejects.toMatchObject(refusal);
    }
    await check();
    expect(heard).toEqual(['still here']);
  });

  it('as an event: unusual names that are allowed arrive', async () => {
    const { realtime, bystander } = await undisturbed();
    for (const name of ['chat message', 'App\\Events\\X', 'e'.repeat(255), 'größe', '👋', 'toString']) {
      const heard = next(bystander, name);
      realtime.emit(name, name.length);
      expect(await heard).toBe(name.length);
    }
  });

  it('as a key: __proto__ and its like travel as any other, online and from the queue', async () => {
    const { gateway, bystander } = await undisturbed();
    const sender = open(gateway.url, { ...over, autoConnect: false });
    const log = logOf(bystander, 'odd');
    const keys = '{"__proto__":{"polluted":1},"constructor":2,"deep":[{"__proto__":3}],"toJSON":4}';
    const joined = sender.join('room');
    sender.emit('odd', JSON.parse(keys));
    sender.connect();
    await joined;
    sender.emit('odd', JSON.parse(keys));
    await log.until('odd', 2);
    for (const payload of log.values('odd')) expect(JSON.stringify(payload)).toBe(keys);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('as a payload: what cannot be encoded is refused, and the next goes through', async () => {
    const { realtime, check } = await undisturbed();
    const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
    cyclic.self = cyclic;
    cyclic.list.push(cyclic);
    const throwing = {
      toJSON() {
        throw new Error('no JSON of mine');
      },
    };
    for (const payload of [cyclic, { big: 1n }, 1n, throwing]) {
      await expect(realtime.request('note', payload)).rejects.toMatchObject({ code: 'invalid_payload' });
      const reply = await new Promise((resolve) => realtime.emit('note', payload, resolve));
      expect(reply).toEqual({ error: expect.objectContaining({ code: 'invalid_payload' }) });
    }
    await check();
    const error = next(realtime, 'error');
    realtime.emit('note', cyclic);
    expect(await error).toMatchObject({ code: 'invalid_payload' });
    expect(await realtime.request('note', { fine: true })).toEqual({ status: 'ok' });
  });

  it('as a handler: anything but a function is refused', async () => {
    const { realtime, check } = await undisturbed();
    for (const handler of [undefined, null, 'handler', {}]) {
      const wrong = handler as unknown as () => void;
      const refusal = { code: 'invalid_argument', message: expect.stringContaining('function') };
      expect(thrown(() => realtime.on('note', wrong))).toMatchObject(refusal);
      expect(thrown(() => realtime.once('note', wrong))).toMatchObject(refusal);
      expect(thrown(() => realtime.onAny(wrong))).toMatchObject(refusal);
      expect(thrown(() => realtime.channel('room').on('note', wrong))).toMatchObject(refusal);
    }
    await check();
  });
});
