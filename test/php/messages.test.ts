import { describe, expect, it } from 'vitest';
import type { ToporiaRealtime } from '../../src';
import { sign, startAuthEndpoint } from '../support/auth-endpoint';
import { EventLog, logOf } from '../support/event-log';
import { type PhpGateway, startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, open, SOON, startSocketIo } from '../support/realtime-pair';

type Client = ToporiaRealtime;

/** A client that knows its gateway, and everything that any handler of it hears. */
async function listening(gateway: PhpGateway, options = {}): Promise<{ realtime: Client; heard: EventLog }> {
  const realtime = open(gateway.url, { ...SOON, ...options });
  const heard = new EventLog();
  await realtime.request('marker');
  realtime.onAny((event, data, { channel }) => heard.note('any', event, data, channel));
  realtime.on('news.sent', (data, { channel }) => heard.note('client', data, channel));
  return { realtime, heard };
}

describe.each(['auto', 'toporia-php'] as const)(
  'messages of the PHP gateway, with protocol %s',
  (protocol) => {
    it('are heard by the client and by the room that their data names', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      const [a, b] = await Promise.all([realtime.join('a'), realtime.join('b')]);
      a.on('news.sent', (data) => heard.note('a', data));
      b.on('news.sent', (data) => heard.note('b', data));
      gateway.broadcast('b', 'news.sent', { text: 'hi' });
      await heard.until('client');
      const data = { text: 'hi', channel: 'b' };
      expect(heard.entries).toEqual([
        ['b', data],
        ['client', data, 'b'],
        ['any', 'news.sent', data, 'b'],
      ]);
    });

    it('of rooms that were never joined, or left, or refused, are heard by nobody', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      const left = await realtime.join('left');
      left.on('news.sent', (data) => heard.note('left', data));
      await left.leave();
      const refused = realtime.channel('private.safe');
      refused.on('news.sent', (data) => heard.note('refused', data));
      await expect(refused.ready).rejects.toMatchObject({ code: 'forbidden' });
      const stream = realtime.events('news.sent')[Symbol.asyncIterator]();
      await realtime.join('a');
      for (const room of ['never', 'left', 'private.safe', '__proto__', 'a']) {
        gateway.broadcast(room, 'news.sent', { room: 'a' });
      }
      await heard.until('client');
      expect(heard.entries.map(([name, event]) => (name === 'any' ? event : name))).toEqual([
        'subscription_error',
        'client',
        'news.sent',
      ]);
      expect((await stream.next()).value?.[0]).toEqual({ room: 'a', channel: 'a' });
    });

    it('of a room that is on its way back after a cut are not dropped', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      await realtime.join('a');
      realtime.once('connected', () => gateway.broadcast('a', 'news.sent'));
      gateway.dropConnections();
      await heard.until('client');
    });

    it('that are not for a room are heard', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      const other = open(gateway.url, { protocol });
      await Promise.all([realtime.join('a'), other.join('a')]);
      other.emit('news.sent', 5);
      expect((await heard.until('client'))[0]).toBe(5);
    });

    it('go through a room to its members alone, though the gateway sends them to all rooms of the sender', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      const sender = open(gateway.url, { protocol });
      await Promise.all([realtime.join('a'), realtime.join('b'), sender.join('b'), sender.join('c')]);
      realtime.channel('b').on('news.sent', (data) => heard.note('b', data));
      sender.channel('c').emit('news.sent', { text: 'not for you' });
      sender.channel('b').emit('news.sent', { text: 'hi' });
      sender.channel('b').emit('news.sent');
      await heard.until('client', 2);
      expect(heard.values('b')).toEqual([{ channel: 'b', text: 'hi' }, { channel: 'b' }]);
      expect(heard.values('client')).toEqual(heard.values('b'));
      expect(
        gateway.log.entries.filter(([event]) => event === 'news.sent').map((entry) => entry.length),
      ).toEqual([2, 2, 2]);
    });

    it('keep a channel of their own, and are sent as they are when they have no fields', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { protocol });
      const room = await realtime.join('a');
      expect(await room.request('note', 'text')).toEqual({ status: 'ok' });
      expect(await room.request('note', [1])).toEqual({ status: 'ok' });
      expect(await room.request('note', { channel: 'mine' })).toEqual({ status: 'ok' });
      expect(gateway.log.entries.filter(([event]) => event === 'note')).toEqual([
        ['note', 'text'],
        ['note', [1]],
        ['note', { channel: 'mine' }],
      ]);
    });

    it('tell who is typing, and whispers, to the room', async () => {
      const gateway = await startPhpGateway();
      const [ann, bob] = [open(gateway.url, { protocol }), open(gateway.url, { protocol })];
      const [a, b] = await Promise.all([ann.join('a'), bob.join('a'), bob.join('b')]);
      const users = new Promise((resolve) => a.typing.on('change', resolve));
      const whispered = next(a, 'client-cursor');
      bob.channel('b').typing.start('Bob in b');
      await bob.request('marker');
      b.typing.start('Bob');
      await bob.request('marker');
      b.whisper('cursor', { x: 1 });
      expect(await whispered).toEqual({ x: 1, channel: 'a' });
      expect(await users).toEqual(['Bob']);
    });

    it('that are sent as a batch go one by one, each with its own answer', async () => {
      const gateway = await startPhpGateway();
      const { realtime, heard } = await listening(gateway, { protocol });
      const sender = open(gateway.url, { protocol });
      await Promise.all([realtime.join('a'), sender.join('a')]);
      const queue: unknown[] = [['news.sent', 1], { event: 'news.sent', data: 2 }, ['user.joined', 3], null];
      const reply = sender.request('batch', queue);
      queue.length = 0;
      await heard.until('client', 2);
      expect(heard.values('client')).toEqual([1, 2]);
      expect(await reply).toEqual({
        status: 'ok',
        count: 4,
        results: [
          { status: 'ok' },
          { status: 'ok' },
          { error: expect.objectContaining({ code: 'invalid_argument' }) },
          { error: expect.objectContaining({ code: 'invalid_argument' }) },
        ],
      });
      expect(await sender.request('batch', [])).toEqual({ status: 'ok', count: 0, results: [] });
      expect(gateway.log.values('batch')).toEqual([]);
    });
  },
);

describe('presence at the PHP gateway', () => {
  it('is what the gateway has told since the join, one by one', async () => {
    const gateway = await startPhpGateway();
    const member = (id: number, realtime: Client) => ({
      ...sign(realtime.getId() as string, 'presence-room', {
        user_id: id,
        user_info: { name: `user ${id}` },
      }),
    });
    const authorized = (id: number): Client => {
      const realtime: Client = open(gateway.url, {
        ...SOON,
        authorizer: (rooms) => Object.fromEntries(rooms.map((room) => [room, member(id, realtime)])),
      });
      return realtime;
    };
    const [ann, bob] = [authorized(1), authorized(2)];
    const { presence } = await ann.join('presence-room');
    const log = logOf(presence, 'joined', 'left', 'sync');
    const events = logOf(ann, 'user.joined', 'presence:member_added', 'presence:member_removed');
    expect(presence.members).toEqual([]);

    await bob.join('presence-room');
    const there = { id: '2', info: { name: 'user 2' } };
    expect((await log.until('joined'))[0]).toEqual(there);
    expect(presence.members).toEqual([there]);

    const back = next(ann, 'reconnected');
    ann.reconnect();
    await back;
    expect(presence.members).toEqual([there]);

    bob.disconnect();
    expect((await log.until('left'))[0]).toEqual(there);
    expect(presence.members).toEqual([]);
    expect(log.names).toEqual(['joined', 'left']);
    expect(events.names).toEqual(['presence:member_added', 'presence:member_removed']);
  });

  it('can not be updated, which is told rather than passed over', async () => {
    const gateway = await startPhpGateway();
    const realtime = open(gateway.url);
    await realtime.request('marker');
    const { presence } = realtime.channel('presence-room');
    await expect(presence.update({ name: 'Ann' })).rejects.toMatchObject({ code: 'unsupported' });
    expect(gateway.log.values('presence.update')).toEqual([]);
  });

  it('has no events in rooms that begin with "presence.", which can be joined like others', async () => {
    const { url } = await startAuthEndpoint();
    const realtime = open((await startPhpGateway()).url, { authEndpoint: url });
    const room = await realtime.join('presence.room.1');
    expect(room.presence.members).toEqual([]);
  });
});

it.each([null, 'hello', {}, { status: 'no' }])(
  'a server that greets with %j is not taken for one',
  async (greeting) => {
    const { io, url } = await startSocketIo();
    io.on('connection', (socket) => {
      socket.on('toporia:hello', (_data, reply: (answer: unknown) => void) => reply(greeting));
      socket.on('marker', (reply: () => void) => reply());
    });
    const realtime = open(url);
    await realtime.request('marker');
    const heard = next(realtime, 'news.sent');
    io.emit('news.sent', { channel: 'never joined' });
    expect(await heard).toEqual({ channel: 'never joined' });
  },
);
