import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { SECRET, sdk } from '../core/support';
import { GRACE, HOUR, names, plainUser, sdkUser, start, tokenFor } from './expiry-support';

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
