import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { createGateway } from '../../src';
import type { User } from '../../src/api';
import type { ChannelRules } from '../../src/auth/rule-types';
import type { GatewayOptions } from '../../src/config';
import { gate, plain, SECRET, sdk, startGateway, token, user } from '../core/support';
import { KeptLog } from './support';

async function start(channels: ChannelRules, options: GatewayOptions = {}) {
  const logger = new KeptLog();
  const gateway = await startGateway({ jwt_secret: SECRET, ...options }, { channels, logger });
  return { gateway, logger };
}

const forbidden = (room: string) => ({
  error: { code: 'forbidden', message: `You may not join the room "${room}".` },
  room,
});
const undecided = (room: string) => ({
  error: {
    code: 'internal',
    message: `Who may use "${room}" could not be decided; try again.`,
    retry_after: 1_000,
  },
  room,
});

describe('a rule', () => {
  it('is called with the user, the parameters and the room', async () => {
    const rule = vi.fn(() => true);
    const { gateway } = await start({ 'orders.{orderId}': rule });
    const a = await user(gateway, 7, '/shop');
    await a.ask('join', 'private-orders.5');
    const context = { room: 'private-orders.5', namespace: '/shop', socketId: a.id };
    expect(rule.mock.calls).toEqual([
      [expect.objectContaining({ id: '7', guard: 'default' }), { orderId: '5' }, context],
    ]);
  });

  it.each<[what: string, answer: unknown]>([
    ['true', true],
    ['an object', { name: 'Ada' }],
    ['a promise of true', Promise.resolve(true)],
    ['a promise of an object', Promise.resolve({})],
  ])('that answers %s admits', async (_what, answer) => {
    const { gateway } = await start({ room: () => answer as boolean });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'private-room')).toEqual({ room: 'private-room' });
  });

  it.each([
    false,
    null,
    undefined,
    0,
    1,
    '',
    'yes',
    [],
    [true],
    Promise.resolve('yes'),
    Promise.resolve(false),
  ])('that answers %j denies', async (answer) => {
    const { gateway } = await start({ room: () => answer as boolean });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'private-room')).toEqual(forbidden('private-room'));
    expect(await a.ask('join', 'presence-room')).toEqual(forbidden('presence-room'));
  });

  const circular: Record<string, unknown> = {};
  circular.itself = circular;
  it.each<[what: string, rule: () => boolean | object | Promise<boolean>]>([
    [
      'throws',
      () => {
        throw new Error('the database is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the database is down'))],
    ['answers what has no JSON', () => circular],
    ['answers too much', () => ({ text: 'x'.repeat(20_000) })],
  ])('that %s denies, and is logged', async (_what, rule) => {
    const { gateway, logger } = await start({ 'room.{id}': rule });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'presence-room.1')).toEqual(undecided('presence-room.1'));
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'a channel rule failed',
        details: { err: expect.any(Error), pattern: 'room.{id}', room: 'presence-room.1' },
      },
    ]);
    expect(await a.ask('join', 'public')).toEqual({ room: 'public' });
  });

  it('that hangs denies after a time, and holds up nobody else', async () => {
    const hanging = gate();
    const { gateway, logger } = await start(
      { room: () => hanging.opened.then(() => true) },
      { limits: { authorize_timeout: 50 } },
    );
    const a = await user(gateway, 7);
    const b = await user(gateway, 8);
    const waiting = a.ask('join', 'private-room');
    expect(await b.ask('join', 'public')).toEqual({ room: 'public' });
    expect(await waiting).toEqual(undecided('private-room'));
    hanging.open();
    expect(await a.ask('message', { room: 'private-room' })).toMatchObject({
      error: { code: 'not_in_room' },
    });
    expect(logger.messages('error')).toEqual(['a channel rule took too long']);
  });

  it('shows the others what it answers', async () => {
    const info = { name: 'Ada', at: new Date(0) };
    const { gateway } = await start({ room: () => info });
    const a = await user(gateway, 7);
    const reply = await a.ask('join', 'presence-room');
    info.name = 'changed later';
    const member = { user_id: '7', user_info: { name: 'Ada', at: '1970-01-01T00:00:00.000Z' } };
    expect(reply).toMatchObject({ members: [member] });
    expect(await gateway.channel('presence-room').getPresenceData()).toMatchObject([member]);
  });

  it('shows what the token tells when it answers true', async () => {
    const { gateway } = await start({ room: () => true });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'presence-room')).toMatchObject({
      members: [{ user_id: '7', user_info: { name: 'User 7' } }],
    });
  });

  it('is not asked for public rooms, which is said once', async () => {
    const rule = vi.fn(() => false);
    const { gateway, logger } = await start({ 'orders.{id}': rule });
    const a = await plain(gateway);
    expect(await a.ask('join', 'orders.5')).toEqual({ room: 'orders.5' });
    expect(await a.ask('join', 'orders.6')).toEqual({ room: 'orders.6' });
    expect(rule).not.toHaveBeenCalled();
    expect(logger.messages('warn')).toEqual([
      '"orders.5" is a public room, open to all: the rule "orders.{id}" is asked for private and presence rooms',
    ]);
  });

  it('is not asked for the rooms of users', async () => {
    const { gateway } = await start({ '{any*}': () => true });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'user.8')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', 'private-user.8')).toEqual({ room: 'private-user.8' });
  });

  it('is not asked again by one that is in already', async () => {
    const rule = vi.fn(() => true);
    const { gateway } = await start({ room: rule });
    const a = await user(gateway, 7);
    await a.ask('join', 'private-room');
    await a.ask('subscribe', 'private-room');
    expect(rule).toHaveBeenCalledTimes(1);
  });

  it('ends development mode', () => {
    expect(createGateway().developmentMode).toBe(true);
    expect(createGateway({ channels: {} }).developmentMode).toBe(true);
    expect(createGateway({ channels: { room: () => true } }).developmentMode).toBe(false);
  });

  it('that is wrong is told at start', () => {
    expect(() => createGateway({ channels: { 'a..b': () => true } })).toThrow(
      'channels["a..b"]: a part of it is empty',
    );
  });
});

describe('guards and anonymous clients', () => {
  const secrets = { jwt_secret: { default: SECRET, admin: `${SECRET} of admins` } };
  const adminToken = () => token({ sub: 1 }, `${SECRET} of admins`);

  it('limit a rule to users of theirs, of whom any may come where nothing else is said', async () => {
    const rule = vi.fn(() => true);
    const { gateway } = await start(
      { asked: { guards: ['admin'], authorize: rule }, all: { guards: ['admin'] } },
      secrets,
    );
    const other = await user(gateway, 7);
    const admin = await plain(gateway, '/', { auth: { token: await adminToken(), guard: 'admin' } });
    for (const room of ['private-asked', 'private-all']) {
      expect(await other.ask('join', room)).toEqual(forbidden(room));
      expect(rule).not.toHaveBeenCalled();
    }
    for (const room of ['private-asked', 'private-all'])
      expect(await admin.ask('join', room)).toEqual({ room });
    expect(rule).toHaveBeenCalledTimes(1);
  });

  it('a rule is asked about anonymous clients only if it says so', async () => {
    const [closed, open] = [vi.fn(() => true), vi.fn(() => true)];
    const { gateway } = await start({ closed, open: { anonymous: true, authorize: open } });
    const a = await plain(gateway);
    expect(await a.ask('join', 'private-closed')).toMatchObject({ error: { code: 'unauthorized' } });
    expect(closed).not.toHaveBeenCalled();
    expect(await a.ask('join', 'private-open')).toEqual({ room: 'private-open' });
    expect(open).toHaveBeenCalledWith(undefined, {}, expect.anything());
    const data = { user_info: { name: 'Guest' } };
    expect(await a.ask('join', { room: 'presence-open', channel_data: data })).toMatchObject({
      members: [{ user_id: a.id, user_info: { name: 'Guest' } }],
    });
  });
});

describe('publish', () => {
  it('false keeps members from sending, but not the program', async () => {
    const { gateway } = await start({ 'news.{topic}': { publish: false } });
    const [a, b] = [await user(gateway, 7), await sdk(gateway, '/', { token: await token({ sub: 8 }) })];
    for (const room of ['private-news.a', 'news.a']) {
      for (const each of [a, b]) expect(await each.ask('join', room)).toEqual({ room });
      const refusal = {
        error: { code: 'forbidden', message: `Members may not send to the room "${room}".` },
        room,
      };
      expect(await a.ask('message', { room })).toEqual(refusal);
      expect(await a.ask('message', 'to all')).toMatchObject({ error: { code: 'forbidden' } });
      expect(await b.ask('message', 1, { room })).toEqual(refusal);
      expect(await b.ask('typing.started', {}, { room })).toEqual(refusal);
      gateway.broadcast(room, `end.${room}`);
      expect((await a.before(`end.${room}`)).map(([event]) => event)).not.toContain('message');
    }
  });

  it('false leaves a room out of those that an event without a room goes to', async () => {
    const { gateway } = await start({ news: { publish: false }, chat: () => true });
    const [a, b] = [await user(gateway, 7), await user(gateway, 8)];
    for (const each of [a, b]) await each.ask('join', { rooms: ['private-news', 'private-chat'] });
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    const c = await user(gateway, 9);
    await c.ask('join', 'private-news');
    expect(await a.ask('message', 2)).toEqual({ status: 'ok' });
    gateway.broadcast('private-news', 'end');
    expect(await c.before('end')).toEqual([]);
    expect(await b.before('end')).toEqual([
      ['message', 1],
      ['message', 2],
    ]);
  });

  it('decides by the event, its data and the user, in the order of the events', async () => {
    const first = gate();
    const publish = vi.fn((_user: User | undefined, _params: object, { event }: { event: string }) =>
      event === 'slow' ? first.opened.then(() => true) : event === 'good',
    );
    const { gateway } = await start({ 'chat.{id}': { publish } });
    const [a, b] = [await user(gateway, 7), await user(gateway, 8)];
    const room = 'private-chat.1';
    for (const each of [a, b]) await each.ask('join', room);
    const replies = ['slow', 'bad', 'good'].map((event) => a.ask(event, { room }));
    await vi.waitFor(() => expect(publish).toHaveBeenCalledTimes(1));
    first.open();
    expect(await Promise.all(replies)).toMatchObject([
      { status: 'ok' },
      { error: { code: 'forbidden' } },
      { status: 'ok' },
    ]);
    await b.next('good');
    expect(b.received.map(([event]) => event)).toEqual(['slow', 'good']);
    expect(publish.mock.calls[1]).toEqual([
      expect.objectContaining({ id: '7' }),
      { id: '1' },
      { room, namespace: '/', socketId: a.id, event: 'bad', data: { room } },
    ]);
  });

  it('that throws denies', async () => {
    const publish = () => {
      throw new Error('no');
    };
    const { gateway, logger } = await start({ chat: { publish } });
    const a = await user(gateway, 7);
    await a.ask('join', 'private-chat');
    expect(await a.ask('message', { room: 'private-chat' })).toEqual(undecided('private-chat'));
    expect(logger.messages('error')).toEqual(['a channel rule failed']);
  });
});

it('parameters have the types that the pattern gives them', () => {
  const gateway = createGateway({
    channels: {
      'orders.{orderId}': (user, { orderId }) => {
        expectTypeOf(user).toEqualTypeOf<User>();
        expectTypeOf(orderId).toEqualTypeOf<string>();
        return user.id === orderId;
      },
      'files.{user}.{path*}': (_user, params) => {
        expectTypeOf(params).toEqualTypeOf<{ readonly user: string; readonly path: string }>();
        return true;
      },
      lobby: {
        anonymous: true,
        authorize: (user) => {
          expectTypeOf(user).toEqualTypeOf<User | undefined>();
          return true;
        },
        publish: (_user, _params, { event }) => event === 'wave',
      },
      'chat.{id}': { guards: ['web'], authorize: async (user, { id }) => ({ name: user.id + id }) },
      // @ts-expect-error There is no such parameter.
      'wrong.{a}': (_user, { b }) => b === '',
    },
  });
  expect(gateway.developmentMode).toBe(false);
});
