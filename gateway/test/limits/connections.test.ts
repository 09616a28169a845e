import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import type { Engine } from '../../src/capacity';
import type { GatewayOptions } from '../../src/config';
import { UserConnections } from '../../src/limits/user-connections';
import { client, gone, plain, refused, SECRET, startGateway, token, user } from '../core/support';
import { ask, FAR, figures, nextText, rawSocket, rememberingLogger, TestClock } from './support';

const TRANSPORTS = ['websocket', 'polling'] as const;

/** A client from elsewhere, as a proxy tells. */
const from = (address: string, transport: (typeof TRANSPORTS)[number] = 'websocket') => ({
  transports: [transport],
  extraHeaders: { 'X-Forwarded-For': address },
});

async function start(limits: GatewayOptions['limits'], more: GatewayOptions = {}) {
  const clock = new TestClock();
  const gateway = await startGateway({ limits: { ...FAR, ...limits }, ...more }, { now: clock.now });
  return { clock, gateway };
}

describe.each(TRANSPORTS)('connections of one address, over %s', (transport) => {
  it('past the limit are refused with the reason, and let in when others have gone', async () => {
    const { gateway } = await start({ connections_per_address: 2 });
    const options = { transports: [transport] };
    const [a] = [await plain(gateway, '/', options), await plain(gateway, '/', options)];
    const late = client(gateway, '/', options);
    expect((await refused(late)).data).toEqual({
      code: 'limit',
      message: 'Your address has its 2 connections; close one first.',
      retry_after: 5_000,
    });
    expect(gateway.stats().refusals.by_limit).toEqual({ connections_per_address: 1 });
    a.socket.disconnect();
    await figures(gateway, ({ connections }) => connections === 1);
    await plain(gateway, '/', options);
    expect(gateway.stats().connections).toBe(2);
  });

  it('are told apart by what a trusted proxy says, IPv6 by its /64', async () => {
    const { gateway } = await start({ connections_per_address: 1 }, { trust_proxy: 1 });
    await plain(gateway, '/', from('203.0.113.1', transport));
    await plain(gateway, '/', from('203.0.113.2', transport));
    await plain(gateway, '/', from('2001:db8:1:1::1', transport));
    await plain(gateway, '/', from('2001:db8:1:2::1', transport));
    const neighbour = client(gateway, '/', from('2001:db8:1:1:ffff::1', transport));
    expect((await refused(neighbour)).data?.code).toBe('limit');
    const liar = client(gateway, '/', from('198.51.100.1, 203.0.113.1', transport));
    expect((await refused(liar)).data?.code).toBe('limit');
  });
});

it('X-Forwarded-For says nothing where no proxy is trusted, and the log tells once', async () => {
  const { logger, logged } = rememberingLogger();
  const gateway = await startGateway({ limits: { ...FAR, connections_per_address: 1 } }, { logger });
  await plain(gateway, '/', from('203.0.113.1'));
  expect((await refused(client(gateway, '/', from('203.0.113.2')))).data?.code).toBe('limit');
  expect(logged.filter(({ level }) => level === 'warn')).toEqual([
    { level: 'warn', details: { proxy: '127.0.0.1' }, message: expect.stringContaining('trust_proxy') },
  ]);
});

describe('connections a second', () => {
  it('over the rate are refused, and let in after retry_after', async () => {
    const { clock, gateway } = await start({ connects_per_second: 10, connects_burst: 2 });
    for (let n = 0; n < 2; n++) await plain(gateway);
    const { data } = await refused(client(gateway));
    expect(data).toEqual({
      code: 'rate_limited',
      message: 'Your address opens connections too fast; try again later.',
      retry_after: 100,
    });
    clock.advance(99);
    expect((await refused(client(gateway))).data?.retry_after).toBe(1);
    clock.advance(1);
    await plain(gateway);
  });

  it('200 from one address leave those of another undisturbed', async () => {
    const { gateway } = await start({ connects_per_second: 50, connects_burst: 50 }, { trust_proxy: 1 });
    const [a, b] = [
      await plain(gateway, '/', from('203.0.113.1')),
      await plain(gateway, '/', from('203.0.113.2')),
    ];
    for (const one of [a, b]) await one.ask('join', 'r');
    const crowd = Array.from({ length: 200 }, () => client(gateway, '/', from('198.51.100.1')));
    const ends = crowd.map((one) => refused(one).catch(() => 'in' as const));
    for (let n = 0; n < 200; n++) expect(await ask(a, 'count', n)).toEqual({ status: 'ok' });
    const results = await Promise.all(ends);
    expect(results.filter((result) => result === 'in')).toHaveLength(50);
    const codes = results.flatMap((result) => (result === 'in' ? [] : [result.data?.code]));
    expect(codes).toEqual(Array(150).fill('rate_limited'));
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual(Array.from({ length: 200 }, (_, n) => ['count', n]));
  });
});

it('who is turned away is held only so far as there is room, and then told by HTTP', async () => {
  const { gateway } = await start({ connections_per_address: 1 });
  await plain(gateway);
  const handshake = () => fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
  for (let n = 0; n < 1_000; n += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, handshake));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      await answer.text();
    }
  }
  const answer = await handshake();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5']);
  expect(await answer.json()).toEqual({
    error: expect.objectContaining({ code: 'limit', retry_after: 5_000 }),
  });
  const socket = client(gateway);
  // A WebSocket's client is shown no answer.
  expect((await refused(socket)).message).toBe('websocket error');
  expect(gateway.stats()).toMatchObject({ connections: 1, refusals: { total: 1_002 } });
  expect(gateway.io.engine.clientsCount).toBe(1_001);
});

describe('connections that are in no namespace yet', () => {
  it('are bounded for each address', async () => {
    const { gateway } = await start({ pending_handshakes: 2 }, { trust_proxy: 1 });
    const idle = [await rawSocket(gateway, { 'X-Forwarded-For': '203.0.113.1' })];
    idle.push(await rawSocket(gateway, { 'X-Forwarded-For': '203.0.113.1' }));
    expect((await refused(client(gateway, '/', from('203.0.113.1')))).data?.code).toBe('limit');
    await plain(gateway, '/', from('203.0.113.2'));
    const [first, second] = idle;
    const answer = nextText(first as (typeof idle)[0], '40');
    first?.send('40');
    await answer;
    const third = await plain(gateway, '/', from('203.0.113.1'));
    expect(await ask(third, 'chat')).toEqual({ status: 'ok' });
    second?.terminate();
    await figures(gateway, ({ connections }) => connections === 3);
    expect(gateway.stats().refusals.by_limit).toEqual({ pending_handshakes: 1 });
  });

  it('are closed after connect_timeout', async () => {
    const { gateway } = await start({ connect_timeout: 50 });
    const idle = await rawSocket(gateway);
    await once(idle, 'close');
    await figures(gateway, ({ connections }) => connections === 0);
  });
});

describe('connections of one user', () => {
  const settings = { jwt_secret: SECRET };
  const withToken = async (id: string) => ({ auth: { token: await token({ sub: id }) } });

  async function full(): Promise<Gateway> {
    const { gateway } = await start({ connections_per_user: 2 }, settings);
    return gateway;
  }

  it('past the limit are refused in the handshake', async () => {
    const gateway = await full();
    const [a] = [await user(gateway, 7), await user(gateway, 7)];
    expect((await refused(client(gateway, '/', await withToken('7')))).data).toEqual({
      code: 'limit',
      message: 'You have your 2 connections; close one first.',
      retry_after: 5_000,
    });
    await user(gateway, 8);
    const left = gone(gateway, a);
    a.socket.disconnect();
    await left;
    await figures(gateway, ({ connections }) => connections === 2);
    await user(gateway, 7);
    expect(gateway.stats().refusals.by_limit).toEqual({ connections_per_user: 1 });
  });

  it('past the limit are refused by the event auth', async () => {
    const gateway = await full();
    for (let n = 0; n < 2; n++) await user(gateway, 7);
    const late = await plain(gateway);
    const { token } = (await withToken('7')).auth;
    expect((await ask(late, 'auth', { token })).error).toMatchObject({ code: 'limit', retry_after: 5_000 });
    expect(await late.next('auth_error')).toEqual(['auth_error', { message: expect.any(String) }]);
    expect((await ask(late, 'join', 'user.7')).error?.code).toBe('forbidden');
    expect(await ask(late, 'auth', { token: (await withToken('8')).auth.token })).toMatchObject({
      user_id: '8',
    });
  });

  it('count once, whatever the number of namespaces', async () => {
    const gateway = await full();
    const a = await user(gateway, 7);
    for (const name of ['/one', '/two', '/three']) {
      const socket = a.socket.io.socket(name, await withToken('7'));
      await new Promise<void>((resolve) => socket.once('connect', resolve));
    }
    await user(gateway, 7);
  });

  it('do not count where one has gone before its token was looked at', () => {
    const users = new UserConnections(1);
    const seven = { id: '7', guard: 'default', info: {}, claims: {} };
    const engine = (readyState: string) =>
      Object.assign(new EventEmitter(), { readyState }) as unknown as Engine;
    expect(users.take(seven, engine('closed'))).toBe(true);
    expect(users.take(seven, engine('open'))).toBe(true);
    expect(users.take(seven, engine('open'))).toBe(false);
  });
});
