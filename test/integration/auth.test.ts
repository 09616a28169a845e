import { describe, expect, it } from 'vitest';
import { RealtimeError, type RealtimeOptions } from '../../src';
import { EventLog, logOf } from '../support/event-log';
import { cut, next, open, SECRET, SOON, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';

describe.each(TRANSPORTS)('who a client is, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  const kinds: [string, (token: string) => RealtimeOptions['auth']][] = [
    ['a token', (token) => token],
    ['an object', (token) => ({ token, tenant: 'acme' })],
    ['a function', (token) => () => token],
    ['a function that returns an object', (token) => () => ({ token })],
    ['an async function', (token) => async () => token],
    ['a function that takes a callback, as Socket.IO has it', (token) => socketIoStyle({ token })],
  ];

  it.each(kinds)('is told by %s', async (_kind, authOf) => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const realtime = open(gateway.url, { ...over, auth: authOf(await tokenFor('7')) });
    await realtime.join('presence.room');
    expect(realtime.channel('presence.room').presence.get(7)).toMatchObject({ id: '7' });
    const [member] = await gateway.channel('presence.room').getPresenceData();
    expect(member).toMatchObject({ user_id: '7', user_info: expect.objectContaining({ name: '7' }) });
  });

  it('is nobody without a token, who may join public rooms only', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const realtime = open(gateway.url, { ...over, auth: () => null });
    await realtime.join('public');
    await expect(realtime.join('presence.room')).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(realtime.join('private.room')).rejects.toMatchObject({ code: 'forbidden' });
    expect(realtime.getRooms()).toEqual(['public']);
  });

  it('is asked anew before each connection', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, presence_grace: 0 });
    let asked = 0;
    const realtime = open(gateway.url, { ...over, auth: async () => tokenFor(`user-${++asked}`) });
    const { presence } = realtime.channel('presence.room');
    const rosters: string[][] = [];
    presence.on('sync', (members) => rosters.push(members.map(({ id }) => id)));
    await realtime.join('presence.room');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    realtime.reconnect();
    await next(realtime.channel('presence.room'), 'joined');
    expect(rosters).toEqual([['user-1'], ['user-2'], ['user-3']]);
    expect(asked).toBe(3);
  });

  it('is refused with a wrong token, and that is the end', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const forged = await tokenFor('7', { secret: 'another secret that is long enough, too' });
    const realtime = open(gateway.url, { ...over, auth: forged });
    const log = logOf(realtime, 'connect_error', 'reconnecting', 'connected', 'state');
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(realtime.state).toBe('failed');
    expect(log.values('connect_error')).toEqual([expect.objectContaining({ code: 'unauthorized' })]);
    expect(log.names).not.toContain('reconnecting');
    expect(log.values('state').at(-1)).toMatchObject({ state: 'failed', reason: 'unauthorized' });
  });

  it('may bring a fresh token once when one has expired, before the end', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const stale = await tokenFor('7', { expires: 1 });
    const tokens = [stale, await tokenFor('7')];
    const realtime = open(gateway.url, { ...over, auth: () => tokens.shift() });
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(errors.values('connect_error')).toEqual([expect.objectContaining({ code: 'token_expired' })]);
    expect(tokens).toEqual([]);

    let asked = 0;
    const hopeless = open(gateway.url, {
      ...over,
      auth: () => {
        asked++;
        return stale;
      },
    });
    await expect(hopeless.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(hopeless.state).toBe('failed');
    expect(asked).toBe(2);
  });

  it('is asked again later when the provider throws or rejects', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const token = await tokenFor('7');
    let asked = 0;
    const realtime = open(gateway.url, {
      ...over,
      auth: () => {
        asked++;
        if (asked === 1) throw new Error('no session');
        return asked === 2 ? Promise.reject(new Error('the session server is down')) : token;
      },
    });
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(errors.values('connect_error')).toEqual([
      expect.objectContaining({ code: 'connect_failed', message: expect.stringContaining('no session') }),
      expect.objectContaining({
        code: 'connect_failed',
        message: expect.stringContaining('session server is down'),
      }),
    ]);
  });

  it('is waited for no longer than a connection may take', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const token = await tokenFor('7');
    let asked = 0;
    const realtime = open(gateway.url, {
      ...over,
      timeout: 300,
      auth: () => (++asked === 1 ? new Promise<string>(() => {}) : token),
    });
    expect(await next(realtime, 'connect_error')).toBeInstanceOf(RealtimeError);
    await realtime.ready();
    expect(asked).toBe(2);
  });

  it('of a provider that answers after disconnect() opens nothing', async () => {
    const gateway = await startGateway();
    const provider = new EventLog();
    let answer = (_token: string) => {};
    const realtime = open(gateway.url, {
      ...over,
      auth: () =>
        new Promise<string>((resolve) => {
          answer = resolve;
          provider.note('asked');
        }),
    });
    await provider.until('asked');
    realtime.disconnect();
    answer('too late');
    const other = open(gateway.url, over);
    await other.request('marker');
    expect(gateway.connections()).toBe(1);
    expect(realtime.state).toBe('closed');
  });

  it('can be told after the connection, by the event "auth"', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const realtime = open(gateway.url, over);
    await realtime.ready();
    expect(await realtime.request('auth', { token: await tokenFor('9') })).toMatchObject({
      authenticated: true,
      user_id: '9',
    });
    await realtime.join('presence.room');
    expect(realtime.channel('presence.room').presence.get('9')).toBeDefined();
    await expect(realtime.request('auth', { token: 'nonsense' })).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });

  it('is part of what a gateway with listed namespaces checks: a foreign one is refused for good', async () => {
    const gateway = await startGateway({ namespaces: ['/chat'] });
    const inside = open(`${gateway.url}/chat`, over);
    await inside.ready();
    const outside = open(`${gateway.url}/elsewhere`, over);
    await expect(outside.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(outside.state).toBe('failed');
  });
});

/** Typed as the SDK has it; Socket.IO's own form takes a callback, and works too. */
function socketIoStyle(auth: object): RealtimeOptions['auth'] {
  const provider = (give: (auth: object) => void) => {
    setImmediate(() => give(auth));
  };
  return provider as unknown as RealtimeOptions['auth'];
}
