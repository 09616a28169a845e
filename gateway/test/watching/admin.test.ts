import bcrypt from 'bcryptjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endingTimersOf } from '../../src/admin/timers';
import type { Gateway } from '../../src/api';
import type { GatewayOptions } from '../../src/config';
import type { AdminSettings } from '../../src/settings';
import {
  client,
  connected,
  plain,
  refused,
  SECRET,
  sdk,
  startGateway,
  type TestClient,
  user,
} from '../core/support';

const OPS = { username: 'ops', password: 'the right password' };

const start = (admin: Partial<AdminSettings> = {}, options: GatewayOptions = {}) =>
  startGateway({ admin: { ...OPS, ...admin }, ...options });

const ui = (gateway: Gateway, auth: Record<string, unknown>, namespace = '/toporia-admin') =>
  client(gateway, namespace, { auth });

async function admitted(gateway: Gateway, auth: Record<string, unknown> = OPS): Promise<TestClient> {
  const made = ui(gateway, auth);
  await connected(made);
  await made.next('session');
  return made;
}

/** Something that the gateway answers after all that was sent before has been seen to. */
const settled = (gateway: Gateway, one: TestClient) => {
  const socket = gateway.io.of('/toporia-admin').sockets.get(one.id);
  return new Promise<void>((resolve) => {
    socket?.conn.once('packet', () => setImmediate(resolve));
    one.socket.emit('anything');
  });
};

describe('the Admin UI', () => {
  it.each<[string, string]>([
    ['as it is', OPS.password],
    ['as a bcrypt hash', bcrypt.hashSync(OPS.password, 4)],
  ])('is for who has the password, which is given %s', async (_how, password) => {
    const gateway = await start({ password });
    const one = await admitted(gateway);
    expect((await one.next('config'))[1]).toEqual({ supportedFeatures: ['AGGREGATED_EVENTS'] });
    for (const auth of [
      {},
      { username: 'ops' },
      { username: 'ops', password: 'a wrong password' },
      { username: 'other', password: OPS.password },
      { username: 'ops', password },
      { username: ['ops'], password: [OPS.password] },
      { username: 'ops', password: { length: 1 } },
      { username: 'ops', password: 'x'.repeat(100_000) },
      { sessionId: '1.x' },
      { sessionId: { toString: 1 } },
      { token: 'x' },
    ]) {
      if (auth.password === OPS.password && auth.username === 'ops') continue;
      expect((await refused(ui(gateway, auth))).message).toBe('invalid credentials');
    }
  });

  it('comes back by its session, on another gateway with the same password too, and by no other', async () => {
    const one = await start();
    const two = await start();
    const [, sessionId] = await (await admitted(one)).next('session');
    for (const gateway of [one, two]) await admitted(gateway, { sessionId });
    const other = await start({ password: 'another password' });
    const [end, signature] = String(sessionId).split('.');
    for (const [gateway, session] of [
      [other, sessionId],
      [one, `${Number(end) + 1}.${signature}`],
      [one, `${sessionId}x`],
    ] as const)
      expect((await refused(ui(gateway, { sessionId: session }))).message).toBe('invalid credentials');
  });

  it('lets nobody guess, with any number of attempts at once', async () => {
    const gateway = await start(
      { password: bcrypt.hashSync(OPS.password, 4) },
      { limits: { failed_keys_per_minute: 3 } },
    );
    const attempts = Array.from({ length: 8 }, (_, n) =>
      refused(ui(gateway, { ...OPS, password: `wrong ${n}` })),
    );
    const messages = (await Promise.all(attempts)).map(({ message }) => message).sort();
    expect(messages).toEqual([
      ...Array(3).fill('invalid credentials'),
      ...Array(5).fill('too many attempts; try again later'),
    ]);
    expect((await refused(ui(gateway, OPS))).message).toBe('too many attempts; try again later');
  });

  it('is told how much there is', async () => {
    const gateway = await start();
    await plain(gateway, '/chat');
    const one = await admitted(gateway);
    const stats = (await one.next('server_stats'))[1];
    expect(stats).toMatchObject({
      clientsCount: 2,
      namespaces: expect.arrayContaining([{ name: '/chat', socketsCount: 1 }]),
    });
  });

  it('changes nothing unless it may', async () => {
    const gateway = await start();
    const member = await plain(gateway);
    await member.ask('join', 'room');
    const one = await admitted(gateway);
    one.socket.emit('emit', '/', undefined, 'from-the-admin', 1);
    one.socket.emit('_disconnect', '/', true, undefined);
    await settled(gateway, one);
    gateway.broadcast('room', 'marker', 1);
    expect(await member.before('marker')).toEqual([]);
  });

  it('may change things where readonly is false, and ends nothing by what can’t be done', async () => {
    const gateway = await start({ readonly: false });
    const member = await plain(gateway);
    const one = await admitted(gateway);
    for (const wrong of [
      ['emit'],
      ['emit', null, null, 'x'],
      ['emit', '/', undefined, 'connect'],
      ['emit', '/', { a: 1 }, 'x'],
      ['emit', '/unheard-of', undefined, 'x'],
      ['join', '/', 7],
      ['leave', '/'],
      ['_disconnect', '/'],
    ])
      one.socket.emit(...(wrong as [string]));
    one.socket.emit('emit', '/', undefined, 'hello', 1);
    expect(await member.before('hello')).toEqual([]);
    expect(gateway.io._nsps.has('/unheard-of')).toBe(false);
    const away = new Promise((resolve) => member.socket.once('disconnect', resolve));
    one.socket.emit('_disconnect', '/', false, member.id);
    await expect(away).resolves.toBe('io server disconnect');
  });

  it.each(['production', 'development'] as const)('leaves members as they are, in mode %s', async (mode) => {
    const gateway = await start(
      { mode },
      { jwt_secret: SECRET, require_auth: true, namespaces: ['/', '/chat'] },
    );
    const admin = await admitted(gateway);
    gateway.of('/').on('who', (_data, { user: sender }) => sender?.info);
    const one = await user(gateway, 1);
    const two = await user(gateway, 2);
    for (const each of [one, two]) expect(await each.ask('join', 'presence-room')).toHaveProperty('members');
    expect(await one.ask('who')).toEqual({ name: 'User 1' });
    await one.ask('chat', { text: 'hello' });
    expect((await two.next('chat')).slice(1)).toEqual([{ text: 'hello' }]);
    expect(await gateway.channel('presence-room').getPresenceData()).toHaveLength(2);
    const anonymous = await sdk(gateway, '/chat');
    expect(await anonymous.ask('join', 'room')).toHaveProperty('error.code', 'unauthorized');
    expect(
      await admin.before('server_stats').then((all) => all.some(([event]) => event === 'all_sockets')),
    ).toBe(mode === 'development');
    gateway.sendToUser(2, 'note', 1, { namespace: '*' });
    await two.next('note');
  });

  it('has a namespace of its own, which is nobody’s else and gone with the gateway', async () => {
    const gateway = await start({ namespace: '/staff' }, { namespaces: ['/'] });
    expect(() => gateway.of('staff')).toThrow('/staff is the Admin UI');
    const own = await start();
    expect(await (await plain(own, '/admin')).ask('join', 'room')).toEqual({ room: 'room' });
    const one = ui(gateway, OPS, '/staff');
    await connected(one);
    const ended = new Promise((resolve) => one.socket.once('disconnect', resolve));
    await gateway.close();
    await ended;
  });

  it('is not there where it is off', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const one = await plain(gateway, '/toporia-admin', { auth: OPS });
    expect(await one.ask('emit', '/', undefined, 'x')).toEqual({ status: 'ok' });
    expect(one.received).toEqual([]);
  });
});

it('ends the timers of code that keeps them to itself, and no others', async () => {
  let [inside, outside] = [0, 0];
  const other = setInterval(() => {
    outside += 1;
  }, 1);
  onTestFinished(() => clearInterval(other));
  const end = endingTimersOf(() => {
    setInterval(() => {
      inside += 1;
    }, 1);
  });
  const ticks = async (of: () => number) => {
    while (of() === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  await ticks(() => inside);
  end();
  [inside, outside] = [0, 0];
  await ticks(() => outside);
  expect(inside).toBe(0);
});
