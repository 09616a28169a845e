import { describe, expect, it, vi } from 'vitest';
import { createGateway } from '../../src';
import { gate, plain, SECRET, token, user } from '../core/support';
import { startWithRules, undecided } from './support';

const forbidden = (room: string) => ({
  error: { code: 'forbidden', message: `You may not join the room "${room}".` },
  room,
});
describe('a rule', () => {
  it('is called with the user, the parameters and the room', async () => {
    const rule = vi.fn(() => true);
    const { gateway } = await startWithRules({ 'orders.{orderId}': rule });
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
    const { gateway } = await startWithRules({ room: () => answer as boolean });
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
    const { gateway } = await startWithRules({ room: () => answer as boolean });
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
    const { gateway, logger } = await startWithRules({ 'room.{id}': rule });
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
    const { gateway, logger } = await startWithRules(
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
    const { gateway } = await startWithRules({ room: () => info });
    const a = await user(gateway, 7);
    const reply = await a.ask('join', 'presence-room');
    info.name = 'changed later';
    const member = { user_id: '7', user_info: { name: 'Ada', at: '1970-01-01T00:00:00.000Z' } };
    expect(reply).toMatchObject({ members: [member] });
    expect(await gateway.channel('presence-room').getPresenceData()).toMatchObject([member]);
  });

  it('shows what the token tells when it answers true', async () => {
    const { gateway } = await startWithRules({ room: () => true });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'presence-room')).toMatchObject({
      members: [{ user_id: '7', user_info: { name: 'User 7' } }],
    });
  });

  it('that says nothing of it leaves it to the member what the others see', async () => {
    const { gateway } = await startWithRules({ told: () => ({ name: 'Ada' }), untold: () => true });
    const a = await user(gateway, 7);
    const channel_data = { user_id: 8, user_info: { name: 'Countess' } };
    for (const [room, name] of [
      ['presence-told', 'Ada'],
      ['presence-untold', 'Countess'],
    ]) {
      expect(await a.ask('join', { room, channel_data })).toMatchObject({
        members: [{ user_id: '7', user_info: { name } }],
      });
    }
  });

  it('is not asked for public rooms, which is said once', async () => {
    const rule = vi.fn(() => false);
    const { gateway, logger } = await startWithRules({ 'orders.{id}': rule });
    const a = await plain(gateway);
    expect(await a.ask('join', 'orders.5')).toEqual({ room: 'orders.5' });
    expect(await a.ask('join', 'orders.6')).toEqual({ room: 'orders.6' });
    expect(rule).not.toHaveBeenCalled();
    expect(logger.messages('warn')).toEqual([
      '"orders.5" is a public room, open to all: the rule "orders.{id}" is asked for private and presence rooms',
    ]);
  });

  it('is not asked for the rooms of users', async () => {
    const { gateway } = await startWithRules({ '{any*}': () => true });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'user.8')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', 'private-user.8')).toEqual({ room: 'private-user.8' });
  });

  it('is not asked again by one that is in already', async () => {
    const rule = vi.fn(() => true);
    const { gateway } = await startWithRules({ room: rule });
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
    const { gateway } = await startWithRules(
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
    const { gateway } = await startWithRules({ closed, open: { anonymous: true, authorize: open } });
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
