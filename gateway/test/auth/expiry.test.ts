import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { SteeredClock } from '../../../test/support/steered-clock';
import type { Gateway } from '../../src/api';
import type { GatewayOptions } from '../../src/config';
import type { Parts } from '../../src/gateway';
import { gate, gone, plain, SECRET, sdk, startGateway, type TestClient, token } from '../core/support';

const HOUR = 3_600_000;
const GRACE = 30_000;

/** A gateway without any tolerance, and the clock by which tokens end there. */
async function start(options: GatewayOptions = {}, parts: Parts = {}) {
  const clock = new SteeredClock();
  const settings = { jwt_secret: SECRET, jwt_clock_tolerance: 0, token_grace: GRACE, ...options };
  return { gateway: await startGateway(settings, { ...parts, clock }), clock };
}

/** A token that ends in one hour, or in as many. */
const tokenFor = (hours = 1, sub: string | number = 7) =>
  token({ sub }, SECRET, (Date.now() + hours * HOUR) / 1_000);

async function plainUser(gateway: Gateway, hours = 1, sub: string | number = 7, namespace = '/') {
  return plain(gateway, namespace, { auth: { token: await tokenFor(hours, sub) } });
}

const sdkUser = async (gateway: Gateway, hours = 1) => sdk(gateway, '/', { token: await tokenFor(hours) });

const expired = {
  code: 'token_expired',
  message: 'The token has expired; send a fresh one by "auth", or the connection is closed.',
};

const names = ({ received }: TestClient) => received.map(([event]) => event);

const disconnected = ({ socket }: TestClient) =>
  new Promise<unknown>((resolve) => socket.once('disconnect', resolve));

describe('a token that expires while its client is connected', () => {
  it('takes all that it gave along, at once, and leaves what is public', async () => {
    const { gateway, clock } = await start({}, { channels: { '{any*}': () => true } });
    const witness = await plainUser(gateway, 5, 8);
    await witness.ask('join', 'presence-x');
    const a = await plainUser(gateway);
    await a.ask('join', { rooms: ['public', 'private-x', 'presence-x', 'user.7'] });
    clock.forward(HOUR);
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
    const rooms = (await gateway.channels()).map(({ name }) => name);
    expect(rooms.sort()).toEqual(['presence-x', 'public', 'user.8']);
  });

  it('does not end before its time', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway, 24 * 100);
    clock.forward(24 * 100 * HOUR - 60_000);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    expect(names(a)).toEqual([]);
    clock.forward(60_000);
    await a.next('auth_error');
  });

  it('makes its user unknown to the handlers of the program', async () => {
    const { gateway, clock } = await start();
    gateway.of('/').on('who', (_data, { user }) => user?.id ?? 'nobody');
    const a = await plainUser(gateway);
    expect(await a.ask('who')).toBe('7');
    clock.forward(HOUR);
    expect(await a.ask('who')).toBe('nobody');
  });

  it('ends the connection after the grace, with a goodbye', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    const closed = disconnected(a);
    clock.forward(HOUR);
    clock.forward(GRACE - 1_000);
    expect(await a.ask('join', 'public')).toEqual({ room: 'public' });
    clock.forward(1_000);
    expect(await closed).toBe('io server disconnect');
    expect(a.received).toEqual([
      ['auth_error', expired],
      ['toporia:bye', { code: 'token_expired' }],
    ]);
  });

  it('ends its own namespace alone', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway, 5);
    const socket = a.socket.io.socket('/chat', { auth: { token: await tokenFor(1) } });
    await new Promise<void>((resolve) => socket.connect().once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    clock.forward(HOUR);
    clock.forward(GRACE);
    expect(await closed).toBe('io server disconnect');
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it('holds for the tolerance beyond its end', async () => {
    const { gateway, clock } = await start({ jwt_clock_tolerance: 5_000 });
    const a = await plainUser(gateway);
    clock.forward(HOUR + 2_000);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    clock.forward(3_000);
    await a.next('auth_error');
  });

  it.each([0, 600_000])('is let in with a tolerance of %i ms as it would be kept', async (tolerance) => {
    const { gateway } = await start({ jwt_clock_tolerance: tolerance });
    const asking = plain(gateway, '/', { auth: { token: await tokenFor(-0.1) } });
    if (tolerance === 0) await expect(asking).rejects.toThrow('The token has expired.');
    else expect(await (await asking).ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it('does not let a join through that began before', async () => {
    const [asked, answered] = [gate(), gate()];
    const rule = () => {
      asked.open();
      return answered.opened.then(() => true);
    };
    const { gateway, clock } = await start({}, { channels: { x: rule } });
    const a = await plainUser(gateway);
    const joining = a.ask('join', 'private-x');
    await asked.opened;
    clock.forward(HOUR);
    answered.open();
    expect(await joining).toMatchObject({ error: { code: 'token_expired' } });
    expect(await gateway.channels()).toEqual([]);
  });

  it('is forgotten with its connection', async () => {
    const { gateway, clock } = await start();
    const [a, b] = [await plainUser(gateway), await plainUser(gateway)];
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    clock.forward(HOUR);
    clock.forward(GRACE);
    await b.next('toporia:bye');
    expect(names(a)).toEqual([]);
  });
});

describe('the warning', () => {
  it('comes to the SDK alone, half a minute ahead', async () => {
    const { gateway, clock } = await start();
    const [a, b] = [await plainUser(gateway), await sdkUser(gateway)];
    clock.forward(HOUR - 40_000);
    await b.ask('join', 'public');
    expect(names(b)).toEqual([]);
    clock.forward(10_000);
    const [, warning] = (await b.next('toporia:token_expiring')) as [string, { expires_in: number }];
    expect(warning).toEqual({ expires_in: expect.any(Number) });
    expect(warning.expires_in).toBeLessThanOrEqual(30_000);
    expect(warning.expires_in).toBeGreaterThan(0);
    clock.forward(30_000);
    await Promise.all([a.next('auth_error'), b.next('auth_error')]);
    expect(names(a)).toEqual(['auth_error']);
    expect(names(b)).toEqual(['toporia:token_expiring', 'auth_error']);
  });

  it('comes at half of what is left where that is shorter', async () => {
    const { gateway, clock } = await start();
    const a = await sdkUser(gateway, 20 / 3_600);
    await a.ask('join', 'public');
    expect(names(a)).toEqual([]);
    clock.forward(10_000);
    const [, warning] = (await a.next('toporia:token_expiring')) as [string, { expires_in: number }];
    expect(warning.expires_in).toBeLessThanOrEqual(10_000);
    expect(names(a)).toEqual(['toporia:token_expiring']);
  });
});

describe('a fresh token', () => {
  it('in time keeps everything as it is, for as long as it holds itself', async () => {
    const { gateway, clock } = await start();
    const witness = await plainUser(gateway, 5, 8);
    const a = await sdkUser(gateway);
    for (const each of [witness, a]) await each.ask('join', 'presence-x');
    clock.forward(HOUR - 30_000);
    await a.next('toporia:token_expiring');
    expect(await a.ask('auth', { token: await tokenFor(2) })).toMatchObject({ user_id: '7' });
    a.clear();
    clock.forward(HOUR - 60_000);
    expect(await a.ask('message', 1, { room: 'presence-x' })).toEqual({ status: 'ok' });
    await witness.next('message');
    expect(names(a)).toEqual([]);
    expect(names(witness)).toEqual(['user.joined', 'message']);
    clock.forward(90_000);
    await a.next('auth_error');
    expect(names(a)).toEqual(['toporia:token_expiring', 'auth_error']);
  });

  it('within the grace keeps the connection, and gives its rights back', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    clock.forward(HOUR);
    await a.next('auth_error');
    expect(await a.ask('auth', { token: await tokenFor(3) })).toMatchObject({ authenticated: true });
    clock.forward(2 * GRACE);
    expect(await a.ask('join', 'presence-x')).toHaveProperty('members');
    gateway.sendToUser(7, 'note');
    await a.next('note');
    expect(names(a)).toEqual(['auth_error', 'authenticated', 'note']);
  });

  it('without an end never ends', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    const endless = new SignJWT({ sub: '7' }).setProtectedHeader({ alg: 'HS256' });
    await a.ask('auth', { token: await endless.sign(new TextEncoder().encode(SECRET)) });
    clock.forward(10_000 * HOUR);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    expect(names(a)).toEqual(['authenticated']);
  });

  it('of another user is none', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    clock.forward(HOUR);
    expect(await a.ask('auth', { token: await tokenFor(3, 8) })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await a.ask('join', 'user.8')).toMatchObject({ error: { code: 'token_expired' } });
  });

  it('that is wrong changes nothing', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    expect(await a.ask('auth', { token: 'nonsense' })).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    clock.forward(HOUR);
    clock.forward(GRACE);
    await a.next('toporia:bye');
    expect(names(a)).toEqual(['auth_error', 'auth_error', 'toporia:bye']);
  });

  it('that comes late, by the auth event, is followed like one in the handshake', async () => {
    const { gateway, clock } = await start();
    const a = await sdk(gateway);
    await a.ask('auth', { token: await tokenFor() });
    clock.forward(HOUR);
    clock.forward(GRACE);
    await a.next('toporia:bye');
    expect(names(a)).toEqual(['authenticated', 'toporia:token_expiring', 'auth_error', 'toporia:bye']);
  });
});
