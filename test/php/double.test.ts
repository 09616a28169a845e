import { describe, expect, it } from 'vitest';
import { sign } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, openPlain } from '../support/realtime-pair';

describe('the double of the PHP gateway, to a bare Socket.IO client', () => {
  it('speaks WebSocket only', async () => {
    const gateway = await startPhpGateway();
    await expect(openPlain(gateway.url, { transports: ['polling'] })).rejects.toThrow('xhr poll error');
    const plain = await openPlain(gateway.url);
    expect(plain.id).toEqual(expect.any(String));
  });

  it('announces pings of 25 s and 60 s, and never sends one: a client drops, however busy it is', async () => {
    const plain = await openPlain((await startPhpGateway()).url);
    expect(plain.io.engine).toMatchObject({ _pingInterval: 25_000, _pingTimeout: 60_000 });

    const hurried = await openPlain((await startPhpGateway({ pingInterval: 100, pingTimeout: 200 })).url);
    const connectedAt = Date.now();
    const busy = setInterval(() => hurried.emit('note'), 10);
    expect(await next(hurried, 'disconnect')).toBe('ping timeout');
    clearInterval(busy);
    expect(Date.now() - connectedAt).toBeGreaterThan(250);
  });

  it('admits anyone to anything by join, and never refuses a leave', async () => {
    const plain = await openPlain((await startPhpGateway()).url);
    expect(await plain.emitWithAck('join', { room: 'private.safe' })).toEqual({ room: 'private.safe' });
    expect(await plain.emitWithAck('join', 'news')).toEqual({ room: 'news' });
    expect(await plain.emitWithAck('leave', 'never.joined')).toEqual({ room: 'never.joined' });
  });

  it('says that a subscription has succeeded by an event, then by the ack', async () => {
    const plain = await openPlain((await startPhpGateway()).url);
    const log = logOf(plain, 'subscribed');
    const { auth } = sign(plain.id as string, 'private.a');
    for (const data of ['news', { channel: 'private.a', auth }]) {
      await plain.emitWithAck('subscribe', data).then((reply) => log.note('ack', reply));
    }
    expect(log.entries).toEqual([
      ['subscribed', { channel: 'news' }],
      ['ack', { channel: 'news', subscribed: true }],
      ['subscribed', { channel: 'private.a' }],
      ['ack', { channel: 'private.a', subscribed: true }],
    ]);
    expect(await plain.emitWithAck('unsubscribe', 'news')).toEqual({ channel: 'news', unsubscribed: true });
  });

  it.each([
    ['subscribe', { channel: 'presence-a' }, 'subscription_error', { channel: 'presence-a' }],
    ['subscribe', { channel: 'private.a', auth: 'app:00' }, 'subscription_error', { channel: 'private.a' }],
    ['auth', { token: 'stale' }, 'auth_error', {}],
  ])('refuses %s %j by an event and no ack', async (event, data, refusal, details) => {
    const plain = await openPlain((await startPhpGateway({ tokens: { fresh: '7' } })).url);
    const log = logOf(plain, refusal);
    plain.emit(event, data, () => log.note('ack'));
    await plain.emitWithAck('marker');
    expect(log.entries).toEqual([[refusal, { ...details, message: expect.any(String) }]]);
  });

  it('authenticates by an event before the ack', async () => {
    const plain = await openPlain((await startPhpGateway({ tokens: { fresh: '7' } })).url);
    const log = logOf(plain, 'authenticated');
    log.note('ack', await plain.emitWithAck('auth', { token: 'fresh' }));
    const who = { authenticated: true, user_id: '7', guard: 'api', method: 'jwt' };
    expect(log.entries).toEqual([
      ['authenticated', who],
      ['ack', who],
    ]);
  });

  it('sends what comes from its broker to everyone, the channel in the data', async () => {
    const gateway = await startPhpGateway();
    const plain = await openPlain(gateway.url);
    const heard = new Promise((resolve) => plain.on('news.sent', (...args) => resolve(args)));
    gateway.broadcast('elsewhere', 'news.sent', { text: 'hi' });
    expect(await heard).toEqual([{ text: 'hi', channel: 'elsewhere' }]);
  });

  it('relays an event to the rooms of the sender, acks it like any, and knows no second argument', async () => {
    const gateway = await startPhpGateway();
    const [ann, bob, eve] = await Promise.all([1, 2, 3].map(() => openPlain(gateway.url)));
    if (!ann || !bob || !eve) throw new Error('not connected');
    await Promise.all(
      [ann, bob].flatMap((plain) => ['a', 'b'].map((room) => plain.emitWithAck('join', room))),
    );
    await eve.emitWithAck('join', 'c');
    const heard: unknown[][] = [];
    for (const plain of [ann, bob, eve]) plain.onAny((...args) => heard.push(args));
    for (const event of ['note', 'join-room', 'batch', 'toporia:hello', 'constructor']) {
      expect(await ann.emitWithAck(event, [1], { room: 'c' })).toEqual({ status: 'ok' });
    }
    await Promise.all([bob, eve].map((plain) => plain.emitWithAck('marker')));
    expect(heard.filter(([event]) => event !== 'marker')).toEqual(
      ['note', 'join-room', 'batch', 'toporia:hello', 'constructor'].map((event) => [event, [1]]),
    );
  });

  it('tells of members only in rooms that begin with "presence-", and only to those that subscribed', async () => {
    const gateway = await startPhpGateway();
    const [ann, bob, eve] = await Promise.all([1, 2, 3].map(() => openPlain(gateway.url)));
    if (!ann || !bob || !eve) throw new Error('not connected');
    const logs = [ann, eve].map((plain) => logOf(plain, 'presence:member_added', 'presence:member_removed'));
    const subscribe = (plain: typeof ann, channel: string, id: number) =>
      plain.emitWithAck('subscribe', {
        channel,
        ...sign(plain.id as string, channel, { user_id: id, user_info: { name: id } }),
      });
    await eve.emitWithAck('join', 'presence-a');
    for (const room of ['presence-a', 'presence.a']) {
      await subscribe(ann, room, 1);
      await subscribe(bob, room, 2);
    }
    bob.disconnect();
    await logs[0]?.until('presence:member_removed');
    await eve.emitWithAck('marker');
    expect(logs[0]?.entries).toEqual([
      ['presence:member_added', { user_id: 2, user_info: { name: 2 }, channel: 'presence-a' }],
      ['presence:member_removed', { user_id: 2, channel: 'presence-a' }],
    ]);
    expect(logs[1]?.entries).toEqual([]);
  });

  it('keeps namespaces apart', async () => {
    const gateway = await startPhpGateway();
    const chat = await openPlain(`${gateway.url}/chat`);
    const admin = await openPlain(`${gateway.url}/admin`);
    await Promise.all([chat, admin].map((plain) => plain.emitWithAck('join', 'lobby')));
    const heard: unknown[] = [];
    admin.onAny((event) => heard.push(event));
    expect(await chat.emitWithAck('note')).toEqual({ status: 'ok' });
    expect(await admin.emitWithAck('marker')).toEqual({ status: 'ok' });
    expect(heard).toEqual([]);
  });
});
