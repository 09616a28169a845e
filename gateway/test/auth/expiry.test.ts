import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import type { GatewayOptions } from '../../src/config';
import { gate, gone, plain, SECRET, sdk, startGateway, type TestClient, token } from '../core/support';

/** Ms for which the tokens of these tests live. */
const SHORT = 1_000;

const options: GatewayOptions = { jwt_secret: SECRET, jwt_clock_tolerance: 0 };

/** A token that ends soon; claims may be fractions of a second. */
const short = (sub: string | number = 7, life = SHORT) => token({ sub }, SECRET, (Date.now() + life) / 1000);
const long = (sub: string | number = 7) => token({ sub });

const expired = {
  code: 'token_expired',
  message: 'The token has expired; send a fresh one by "auth", or the connection is closed.',
};

const names = ({ received }: TestClient) => received.map(([event]) => event);

/** A plain client whose token ends soon. */
const shortLived = async (gateway: Gateway, namespace = '/') =>
  plain(gateway, namespace, { auth: { token: await short() } });

describe('a token that expires while its client is connected', () => {
  it('takes all that it gave along, at once, and leaves what is public', async () => {
    const gateway = await startGateway(options, { channels: { '{any*}': () => true } });
    const witness = await plain(gateway, '/', { auth: { token: await long(8) } });
    await witness.ask('join', 'presence-x');
    const a = await shortLived(gateway);
    await a.ask('join', { rooms: ['public', 'private-x', 'presence-x', 'user.7'] });
    expect(await a.next('auth_error')).toEqual(['auth_error', expired]);
    expect(await witness.next('user.left')).toEqual(['user.left', { user_id: '7', channel: 'presence-x' }]);

    expect(await a.ask('message', { room: 'public' })).toEqual({ status: 'ok' });
    for (const room of ['private-x', 'presence-x', 'user.7']) {
      expect(await a.ask('message', { room })).toMatchObject({ error: { code: 'not_in_room' } });
      expect(await a.ask('join', room)).toMatchObject({ room, error: { code: 'token_expired' } });
      gateway.broadcast(room, 'secret');
    }
    gateway.sendToUser(7, 'secret');
    gateway.broadcast('public', 'end');
    await a.next('end');
    expect(names(a)).not.toContain('secret');
    expect((await gateway.channels()).map(({ name }) => name).sort()).toEqual([
      'presence-x',
      'public',
      'user.8',
    ]);
  });

  it('makes its user unknown to the handlers of the program', async () => {
    const gateway = await startGateway(options);
    gateway.of('/').on('who', (_data, { user }) => user?.id ?? 'nobody');
    const a = await shortLived(gateway);
    expect(await a.ask('who')).toBe('7');
    await a.next('auth_error');
    expect(await a.ask('who')).toBe('nobody');
  });

  it('ends the connection after the grace, with a goodbye', async () => {
    const gateway = await startGateway({ ...options, token_grace: 50 });
    const a = await shortLived(gateway);
    const closed = new Promise((resolve) => a.socket.once('disconnect', resolve));
    expect(await closed).toBe('io server disconnect');
    expect(a.received).toEqual([
      ['auth_error', expired],
      ['toporia:bye', { code: 'token_expired' }],
    ]);
  });

  it('ends its own namespace alone', async () => {
    const gateway = await startGateway({ ...options, token_grace: 0 });
    const a = await plain(gateway, '/', { auth: { token: await long() } });
    const socket = a.socket.io.socket('/chat', { auth: { token: await short() } });
    await new Promise<void>((resolve) => socket.connect().once('connect', resolve));
    expect(await new Promise((resolve) => socket.once('disconnect', resolve))).toBe('io server disconnect');
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it.each([0, 5_000])(
    'holds for the tolerance of %i ms beyond its end, as in a handshake',
    async (tolerance) => {
      const gateway = await startGateway({ ...options, jwt_clock_tolerance: tolerance });
      // Two seconds past: `jose` counts whole ones.
      const auth = { token: await short(7, -2_000) };
      const a = await plain(gateway, '/', { auth }).catch((error: Error) => error.message);
      if (tolerance === 0) expect(a).toBe('The token has expired.');
      else expect(await (a as TestClient).ask('join', 'user.7')).toEqual({ room: 'user.7' });
    },
  );

  it('does not let a join through that began before', async () => {
    const asked = gate();
    const gateway = await startGateway(options, { channels: { x: () => asked.opened.then(() => true) } });
    const a = await shortLived(gateway);
    const joining = a.ask('join', 'private-x');
    await a.next('auth_error');
    asked.open();
    expect(await joining).toMatchObject({ error: { code: 'token_expired' } });
    expect(await gateway.channels()).toEqual([]);
  });

  it('is forgotten with its connection', async () => {
    const gateway = await startGateway({ ...options, token_grace: 0 });
    const [a, b] = [await shortLived(gateway), await shortLived(gateway)];
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    await b.next('toporia:bye');
    expect(names(a)).toEqual([]);
  });
});

describe('a fresh token', () => {
  it('in time keeps everything as it is, for as long as it holds itself', async () => {
    const gateway = await startGateway(options);
    const witness = await plain(gateway, '/', { auth: { token: await long(8) } });
    const a = await sdk(gateway, '/', { token: await short() });
    for (const each of [witness, a]) await each.ask('join', 'presence-x');
    const [, { expires_in }] = (await a.next('toporia:token_expiring')) as [string, { expires_in: number }];
    expect(expires_in).toBeLessThanOrEqual(SHORT);
    expect(await a.ask('auth', { token: await short(7, 2 * SHORT) })).toMatchObject({ user_id: '7' });
    a.clear();
    // The next warning is about the second token, at a time when the first is over.
    await a.next('toporia:token_expiring');
    expect(names(a)).toEqual(['toporia:token_expiring']);
    await a.ask('auth', { token: await long() });
    expect(await a.ask('message', 1, { room: 'presence-x' })).toEqual({ status: 'ok' });
    await witness.next('message');
    expect(names(witness)).toEqual(['user.joined', 'message']);
  });

  it('within the grace keeps the connection, and gives its rights back', async () => {
    const gateway = await startGateway({ ...options, token_grace: 10_000 });
    const a = await shortLived(gateway);
    await a.next('auth_error');
    expect(await a.ask('auth', { token: await long() })).toMatchObject({ authenticated: true });
    expect(await a.ask('join', 'presence-x')).toHaveProperty('members');
    gateway.sendToUser(7, 'note');
    await a.next('note');
    expect(names(a)).toEqual(['auth_error', 'authenticated', 'note']);
  });

  it('of another user is none', async () => {
    const gateway = await startGateway({ ...options, token_grace: 10_000 });
    const a = await shortLived(gateway);
    await a.next('auth_error');
    expect(await a.ask('auth', { token: await long(8) })).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', 'user.8')).toMatchObject({ error: { code: 'token_expired' } });
  });

  it('that is wrong changes nothing', async () => {
    const gateway = await startGateway({ ...options, token_grace: 300 });
    const a = await shortLived(gateway);
    expect(await a.ask('auth', { token: 'nonsense' })).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    await a.next('toporia:bye');
    expect(names(a)).toEqual(['auth_error', 'auth_error', 'toporia:bye']);
  });

  it('that comes late, by the auth event, is followed like one in the handshake', async () => {
    const gateway = await startGateway({ ...options, token_grace: 0 });
    const a = await sdk(gateway);
    await a.ask('auth', { token: await short() });
    await a.next('toporia:bye');
    expect(names(a)).toEqual(['authenticated', 'toporia:token_expiring', 'auth_error', 'toporia:bye']);
  });

  it('is asked for by the gateway of the SDK alone', async () => {
    const gateway = await startGateway({ ...options, token_grace: 0 });
    const [a, b] = [await shortLived(gateway), await sdk(gateway, '/', { token: await short() })];
    await Promise.all([a.next('toporia:bye'), b.next('toporia:bye')]);
    expect(names(a)).toEqual(['auth_error', 'toporia:bye']);
    expect(names(b)).toEqual(['toporia:token_expiring', 'auth_error', 'toporia:bye']);
  });
});
