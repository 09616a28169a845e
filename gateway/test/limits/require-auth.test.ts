import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { HOUR, start as startWithClock, tokenFor } from '../auth/expiry-support';
import { pair, sign } from '../auth/key-pairs';
import { plain, SECRET, sdk, startGateway, token, user } from '../core/support';
import { ask, disconnected, FAR } from './support';

const start = (limits: GatewayOptions['limits'] = {}) =>
  startGateway({ require_auth: true, jwt_secret: SECRET, limits: { ...FAR, ...limits } });

const BYE = ['toporia:bye', { code: 'limit', retry_after: 5_000 }];

describe('where authentication is required', () => {
  it('nothing can be done without it', async () => {
    const gateway = await start();
    let calls = 0;
    gateway.of('/').on('mine', () => {
      calls += 1;
    });
    gateway.io.on('connection', (socket) => {
      socket.on('own', () => {
        calls += 1;
      });
    });
    const a = await plain(gateway);
    for (const event of [
      'join',
      'subscribe',
      'join-room',
      'leave',
      'presence.update',
      'chat',
      'mine',
      'own',
    ]) {
      expect((await ask(a, event, 'r')).error?.code, event).toBe('unauthorized');
    }
    expect(await ask(a, 'batch', [['join', 'r']])).toMatchObject({
      results: [{ error: { code: 'unauthorized' } }],
    });
    expect(calls).toBe(0);
    expect(await gateway.channels()).toEqual([]);
  });

  it('all can be done after it, also what was sent right behind it', async () => {
    const gateway = await start();
    const a = await sdk(gateway);
    const replies = Promise.all([
      ask(a, 'toporia:hello', {}),
      ask(a, 'auth', { token: await token({ sub: '7' }) }),
      ask(a, 'join', 'r'),
    ]);
    expect(await replies).toMatchObject([{ protocol: 1 }, { user_id: '7' }, { room: 'r' }]);
    expect(await ask(await user(gateway, 8), 'join', 'r')).toEqual({ room: 'r' });
  });

  it('a connection that does not come to it in time is ended', async () => {
    const gateway = await start({ auth_timeout: 50 });
    const [a, b] = [await plain(gateway), await user(gateway, 7)];
    expect(await a.next('toporia:bye')).toEqual(BYE);
    await disconnected(a);
    expect(gateway.stats()).toMatchObject({ connections: 1, ended: { auth_timeout: 1 } });
    expect(await ask(b, 'join', 'r')).toEqual({ room: 'r' });
  });

  it('a connection that comes to it in time stays', async () => {
    const gateway = await start({ auth_timeout: 300 });
    const late = await plain(gateway);
    await late.ask('auth', { token: await token({ sub: '7' }) });
    // A later one, whose end shows that the first one's time has passed.
    const never = await plain(gateway);
    await never.next('toporia:bye');
    expect(await ask(late, 'join', 'r')).toEqual({ room: 'r' });
  });

  it.each<[string, number, string]>([
    ['many events', 21, 'x'],
    ['many bytes', 2, 'x'.repeat(40_000)],
  ])('%s before it end the connection', async (_what, count, data) => {
    const gateway = await start();
    const a = await plain(gateway);
    for (let n = 0; n < count; n++) a.socket.emit('chat', data);
    expect(await a.next('toporia:bye')).toEqual(BYE);
    expect(gateway.stats().ended).toEqual({ require_auth: 1 });
  });

  it('a client whose token has expired may still bring a fresh one, however much it has sent', async () => {
    const { gateway, clock } = await startWithClock({ require_auth: true, limits: FAR });
    const a = await plain(gateway);
    await a.ask('auth', { token: await tokenFor(1) });
    for (let n = 0; n < 3; n++) await a.ask('chat', 'x'.repeat(40_000));
    clock.forward(HOUR);
    await a.next('auth_error');
    expect((await ask(a, 'join', 'r')).error?.code).toBe('unauthorized');
    expect(await ask(a, 'auth', { token: await tokenFor(2) })).toMatchObject({ user_id: '7' });
    expect(await ask(a, 'join', 'r')).toEqual({ room: 'r' });
    expect(gateway.stats().ended).toEqual({});
  });

  it('there must be a way to authenticate, by a secret or by a key set', async () => {
    const none = startGateway({ require_auth: true, app_key: 'k', app_secret: 's' });
    await expect(none).rejects.toThrow(/^require_auth .* jwt_secret or jwks/);
    const key = await pair('ES256', 'one');
    const gateway = await startGateway({ require_auth: true, jwks: { keys: [key.jwk] } });
    const a = await plain(gateway);
    expect((await ask(a, 'join', 'r')).error?.code).toBe('unauthorized');
    expect(await ask(a, 'auth', { token: await sign(key) })).toMatchObject({ user_id: '7' });
    expect(await ask(a, 'join', 'r')).toEqual({ room: 'r' });
  });
});
