import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { gate, plain, SECRET, startGateway, user } from '../core/support';
import { ask, FAR, figures, rawSocket, TestClock } from './support';

const start = (limits: GatewayOptions['limits'], more: GatewayOptions = {}) =>
  startGateway({ limits: { ...FAR, ...limits }, ...more });

describe('members of a presence room', () => {
  it('are bounded by users, not by their connections', async () => {
    const gateway = await start({ members_per_room: 2 }, { jwt_secret: SECRET });
    const [a, b, c] = [await user(gateway, 1), await user(gateway, 2), await user(gateway, 3)];
    for (const one of [a, b, await user(gateway, 2)]) {
      expect(await ask(one, 'join', 'presence.r')).toMatchObject({ room: 'presence.r' });
    }
    expect(await ask(c, 'join', 'presence.r')).toEqual({
      error: { code: 'limit', message: 'The room has its 2 members; try again later.' },
      room: 'presence.r',
    });
    expect(await ask(c, 'join', 'r')).toEqual({ room: 'r' });
    await a.ask('leave', 'presence.r');
    expect(await ask(c, 'join', 'presence.r')).toMatchObject({ room: 'presence.r' });
    expect(gateway.stats().refusals.by_limit).toEqual({ members_per_room: 1 });
  });
});

describe('what is under way', () => {
  it('is bounded in events', async () => {
    const gateway = await start({ pending_events: 2 });
    const { open, opened } = gate();
    gateway.of('/').on('slow', () => opened);
    const a = await plain(gateway);
    const slow = a.ask('slow');
    const replies = [1, 2, 3].map((n) => ask(a, 'chat', n));
    expect(await replies[2]).toEqual({
      error: { code: 'limit', message: 'At most 2 events may be under way.' },
    });
    open();
    expect(await Promise.all([slow, ...replies.slice(0, 2)])).toHaveLength(3);
    expect(gateway.stats().refusals).toEqual({
      total: 1,
      by_code: { limit: 1 },
      by_limit: { pending_events: 1 },
    });
  });

  it('is bounded in acknowledgements that the client owes', async () => {
    const gateway = await start({ pending_acks: 5 });
    const a = await plain(gateway);
    for (const socket of gateway.io.sockets.sockets.values()) {
      for (let n = 0; n < 6; n++) socket.emit('question', n, () => {});
    }
    expect(await a.next('toporia:bye')).toEqual(['toporia:bye', { code: 'limit', retry_after: 5_000 }]);
    expect(gateway.stats().ended).toEqual({ pending_acks: 1 });
  });
});

it('rooms, batches and namespaces past their limits are counted', async () => {
  const gateway = await start({ rooms_per_connection: 1, batch_size: 1, namespaces_per_connection: 1 });
  const a = await plain(gateway);
  await a.ask('join', 'one');
  await a.ask('join', 'two');
  await a.ask('batch', [['a'], ['b']]);
  const other = a.socket.io.socket('/other');
  const failed = new Promise((resolve) => other.once('connect_error', resolve));
  await failed;
  expect(gateway.stats()).toEqual({
    connections: 1,
    rooms: 1,
    refusals: {
      total: 3,
      by_code: { limit: 3 },
      by_limit: { rooms_per_connection: 1, batch_size: 1, namespaces_per_connection: 1 },
    },
    ended: {},
    room_log: { rooms: 0, messages: 0, bytes: 0 },
    remembered_ids: 0,
  });
});

it('a socket that never answers pings is dropped', async () => {
  const gateway = await start({}, { heartbeat_check_interval: 0.1, heartbeat_idle_time: 0.2 });
  const [a, mute] = [await plain(gateway), await rawSocket(gateway)];
  mute.send('40');
  await once(mute, 'close');
  const { connections } = await figures(gateway, (stats) => stats.connections < 2);
  expect(connections).toBe(1);
  expect(await ask(a, 'chat')).toEqual({ status: 'ok' });
});

describe('wrong keys of the HTTP API', () => {
  it('are answered 429 after too many, the right one included, and again after retry_after', async () => {
    const clock = new TestClock();
    const gateway = await startGateway(
      { api_key: 'right', trust_proxy: 1, limits: { ...FAR, failed_keys_per_minute: 3 } },
      { now: clock.now },
    );
    const get = (key: string | undefined, address = '203.0.113.1') =>
      fetch(`${gateway.url}/api/channels`, {
        headers: { 'X-Forwarded-For': address, ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
      });
    // To send none is no guess.
    for (let n = 0; n < 5; n++) expect((await get(undefined)).status).toBe(401);
    for (let n = 0; n < 3; n++) expect((await get('wrong')).status).toBe(401);
    for (const key of ['wrong', 'right']) {
      const answer = await get(key);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '20']);
      expect(await answer.json()).toEqual({ error: { code: 'rate_limited', message: expect.any(String) } });
    }
    expect((await get('right', '203.0.113.2')).status).toBe(200);
    clock.advance(20_000);
    expect((await get('right')).status).toBe(200);
    expect(gateway.stats().refusals.by_limit).toEqual({ failed_keys_per_minute: 2 });
  });
});

describe('origins', () => {
  /** The status of a WebSocket's request, or of a poll. */
  function statusOf(url: string, transport: string, origin: string | undefined): Promise<number> {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const headers = {
      ...(transport === 'websocket' && upgrade),
      ...(origin !== undefined && { Origin: origin }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(`${url}/socket.io/?EIO=4&transport=${transport}`, { headers });
      asked.on('error', reject);
      asked.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        response.resume();
      });
      asked.on('upgrade', (response, socket) => {
        resolve(response.statusCode ?? 0);
        socket.destroy();
      });
      asked.end();
    });
  }

  it.each([
    ['websocket', 'https://good.example', 101],
    ['websocket', 'https://evil.example', 400],
    ['websocket', 'https://good.example.evil.example', 400],
    ['websocket', 'null', 400],
    ['websocket', undefined, 101],
    ['polling', 'https://good.example', 200],
    ['polling', 'https://evil.example', 403],
    ['polling', 'null', 403],
    ['polling', undefined, 200],
  ])('over %s, %s is answered %i', async (transport, origin, status) => {
    const gateway = await start({}, { cors_origins: 'https://good.example' });
    expect(await statusOf(gateway.url, transport, origin)).toBe(status);
  });
});
