import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { client, connected, gone, plain, refused, SECRET, sdk, startGateway, token, user } from './support';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const BAD_TOKENS: [string, () => string | Promise<string> | unknown, string][] = [
  ['of another secret', () => token({ sub: 7 }, 'another secret of some length, not ours'), 'unauthorized'],
  ['that has expired', () => token({ sub: 7 }, SECRET, Math.floor(Date.now() / 1000) - 60), 'token_expired'],
  ['with alg none', () => `${base64({ alg: 'none' })}.${base64({ sub: 7 })}.`, 'unauthorized'],
  [
    'of another algorithm',
    () =>
      new SignJWT({ sub: '7' }).setProtectedHeader({ alg: 'HS512' }).sign(new TextEncoder().encode(SECRET)),
    'unauthorized',
  ],
  ['without sub', () => token({ name: 'Ada' }), 'unauthorized'],
  ['with an empty sub', () => token({ sub: '' }), 'unauthorized'],
  ['with an object for a sub', () => token({ sub: { id: 7 } }), 'unauthorized'],
  [
    'that is not yet valid',
    () => token({ sub: 7, nbf: Math.floor(Date.now() / 1000) + 600 }),
    'unauthorized',
  ],
  ['that is no JWT', () => 'hello', 'unauthorized'],
  ['that is no text', () => ({ token: 7 }), 'unauthorized'],
];

const configured: GatewayOptions = { jwt_secret: { default: SECRET, admin: `${SECRET} of admins` } };

describe('a token in the handshake', () => {
  it('tells the user', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'presence-1')).toMatchObject({
      members: [{ user_id: '7', user_info: { name: 'User 7' } }],
    });
  });

  it.each(BAD_TOKENS)('%s is refused', async (_what, make, code) => {
    const gateway = await startGateway(configured);
    const error = await refused(client(gateway, '/', { auth: { token: await make() } }));
    expect(error.data).toEqual({ code, message: error.message });
    expect(error.message).not.toContain('undefined');
  });

  it.each([undefined, null, ''])('may be %j, and the client is anonymous', async (nothing) => {
    const gateway = await startGateway(configured);
    const a = await plain(gateway, '/', { auth: { token: nothing } });
    expect(await a.ask('join', 'presence-1')).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('is ignored in development mode', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway, '/', { auth: { token: 'whatever' } });
    expect(await a.ask('join', 'presence-1')).toMatchObject({ members: [{ user_id: a.id }] });
  });

  it('is checked with the secret of its guard', async () => {
    const gateway = await startGateway(configured);
    const admin = await token({ sub: 1 }, `${SECRET} of admins`);
    await connected(client(gateway, '/', { auth: { token: admin, guard: 'admin' } }));
    const other = await refused(client(gateway, '/', { auth: { token: admin } }));
    expect(other.data?.code).toBe('unauthorized');
    for (const guard of ['nobody', '__proto__', 'constructor', 7, {}]) {
      const error = await refused(client(gateway, '/', { auth: { token: admin, guard } }));
      expect(error.data).toEqual({ code: 'unauthorized', message: 'There is no such guard.' });
    }
  });
});

describe('the auth event', () => {
  it('tells the user later, by an event before its acknowledgement', async () => {
    const gateway = await startGateway(configured);
    const a = await plain(gateway);
    const reply = { authenticated: true, user_id: '7', guard: 'default', method: 'jwt' };
    a.log('auth', { token: await token({ sub: 7 }) });
    expect(await a.next('ack')).toEqual(['ack', reply]);
    expect(await a.before('ack')).toEqual([['authenticated', reply]]);
  });

  it('takes the guard', async () => {
    const gateway = await startGateway(configured);
    const a = await plain(gateway);
    const request = { token: await token({ sub: 1 }, `${SECRET} of admins`), guard: 'admin' };
    expect(await a.ask('auth', request)).toMatchObject({ user_id: '1', guard: 'admin' });
  });

  it.each(BAD_TOKENS)('with a token %s is refused, by an event too', async (_what, make, code) => {
    const gateway = await startGateway(configured);
    const a = await plain(gateway);
    a.log('auth', { token: await make() });
    const [, reply] = await a.next('ack');
    expect(reply).toEqual({ error: { code, message: expect.any(String) } });
    const { message } = (reply as { error: { message: string } }).error;
    expect(await a.before('ack')).toEqual([['auth_error', { message }]]);
    expect(await a.ask('join', 'user.7')).toMatchObject({ error: { code: 'forbidden' } });
  });

  it.each([undefined, 'a token', [], { guard: 'default' }])(
    'with the payload %j is refused',
    async (payload) => {
      const gateway = await startGateway(configured);
      const a = await plain(gateway);
      expect(await a.ask('auth', payload)).toMatchObject({ error: { code: 'unauthorized' } });
    },
  );

  it('says so where nothing is configured', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    expect(await a.ask('auth', { token: await token({ sub: 7 }) })).toEqual({
      error: {
        code: 'unauthorized',
        message: 'This gateway has no secret to check tokens with (JWT_SECRET).',
      },
    });
  });

  it('renews the token of a user, but makes nobody another', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 7);
    expect(await a.ask('auth', { token: await token({ sub: '7' }) })).toMatchObject({ user_id: '7' });
    expect(await a.ask('auth', { token: await token({ sub: 8 }) })).toMatchObject({
      error: { code: 'forbidden' },
    });
    const admin = { token: await token({ sub: 7 }, `${SECRET} of admins`), guard: 'admin' };
    expect(await a.ask('auth', admin)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    expect(await a.ask('join', 'user.8')).toMatchObject({ error: { code: 'forbidden' } });
  });
});

describe('private rooms', () => {
  it('are closed, but for the own room of a user', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 7);
    expect(await a.ask('subscribe', 'user.7')).toEqual({ channel: 'user.7', subscribed: true });
    for (const room of ['user.8', 'user.70', 'private-x', 'private.user.7']) {
      expect(await a.ask('join', room)).toMatchObject({ room, error: { code: 'forbidden' } });
    }
  });
});

describe('what is sent to a user', () => {
  it('reaches all of its connections, whether they authenticated early or late, and nobody else', async () => {
    const gateway = await startGateway(configured);
    const [early, late, other, anonymous] = await Promise.all([
      user(gateway, 7),
      plain(gateway),
      user(gateway, 8),
      plain(gateway),
    ]);
    await late.ask('auth', { token: await token({ sub: 7 }) });
    gateway.sendToUser(7, 'note', 1);
    gateway.sendToUser('7', 'note', 2);
    for (const each of [early, late]) {
      await each.ask('join', 'all');
      gateway.broadcast('all', 'end');
      expect((await each.before('end')).filter(([event]) => event === 'note')).toEqual([
        ['note', 1],
        ['note', 2],
      ]);
    }
    for (const each of [other, anonymous]) {
      await each.ask('join', 'all');
      gateway.broadcast('all', 'end');
      expect(await each.before('end')).toEqual([]);
    }
  });

  it('reaches them in every namespace asked for, as one message', async () => {
    const gateway = await startGateway(configured);
    const names = ['/', '/chat', '/admin'];
    const hers = await token({ sub: 7 });
    const clients = await Promise.all(names.map((name) => sdk(gateway, name, { token: hers })));
    const asked: [namespace: string | string[] | undefined, reached: string[]][] = [
      [undefined, ['/']],
      ['/chat', ['/chat']],
      ['admin', ['/admin']],
      [
        ['/', 'chat', '/chat', '/nobody'],
        ['/', '/chat'],
      ],
      ['*', names],
      [[], []],
    ];
    for (const [index, [namespace]] of asked.entries()) {
      gateway.sendToUser(7, 'note', index, namespace === undefined ? {} : { namespace });
    }
    gateway.sendToUser(7, 'end', 0, { namespace: '*' });
    const ids = new Set<unknown>();
    for (const [at, each] of clients.entries()) {
      const heard = await each.before('end');
      expect(heard.map(([, index]) => index)).toEqual(
        asked.flatMap(([, reached], index) => (reached.includes(names[at] ?? '') ? [index] : [])),
      );
      ids.add((heard.filter(([, index]) => index === 4)[0] as [string, number, { id: string }])[2].id);
    }
    expect(ids.size).toBe(1);
    expect(() => gateway.sendToUser(7, 'note', 1, { namespace: ['/chat', '/no t'] })).toThrow(
      '"/no t" is not the name of a namespace',
    );
  });

  it('goes through a room that its connections neither joined nor relay to', async () => {
    const gateway = await startGateway(configured);
    const [a, b] = [await user(gateway, 7), await user(gateway, 7)];
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    expect(await a.ask('message', { room: 'user.7' })).toMatchObject({ error: { code: 'not_in_room' } });
    gateway.sendToUser(7, 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it('still arrives after the room was joined and left, and once while it is joined', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 7);
    await a.ask('join', 'user.7');
    gateway.sendToUser(7, 'note', 1);
    await a.ask('leave', 'user.7');
    gateway.sendToUser(7, 'note', 2);
    gateway.sendToUser(7, 'end');
    expect(await a.before('end')).toEqual([
      ['note', 1],
      ['note', 2],
    ]);
  });

  it('leaves no room behind when the user is gone', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 7);
    expect(await gateway.channels()).toEqual([{ name: 'user.7', namespace: '/', connections: 1 }]);
    await a.ask('join', 'user.7');
    expect(await gateway.channels()).toEqual([{ name: 'user.7', namespace: '/', connections: 1 }]);
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    expect(await gateway.channels()).toEqual([]);
  });

  it('takes ids that no room name could hold', async () => {
    const gateway = await startGateway(configured);
    const a = await user(gateway, 'ada@example.com/x');
    gateway.sendToUser('ada@example.com/x', 'note', 1);
    expect(await a.next('note')).toEqual(['note', 1]);
  });
});
