import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RealtimeOptions, ToporiaRealtime } from '../../../src';
import { open, openPlain, SECRET, SOON, tokenFor } from '../../../test/support/realtime-pair';
import { serveTwo, workerOf } from './support';

const KEY = 'key-of-the-tests';

/** SDK clients of each kind of transport, twice, so that both workers have some. */
const KINDS: RealtimeOptions[] = [
  { transports: ['websocket'] },
  { transports: ['polling'] },
  { transports: ['polling', 'websocket'] },
];

function openEach(url: string, options: RealtimeOptions = {}): ToporiaRealtime[] {
  return [...KINDS, ...KINDS].map((kind) => open(url, { ...SOON, ...kind, ...options }));
}

async function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('two workers', () => {
  it('are one gateway for clients that poll, upgrade or have a WebSocket: all in one order, and once', async () => {
    const { url } = await serveTwo();
    const clients = openEach(url);
    const got = clients.map((client) => {
      const seen: [number, unknown][] = [];
      client.on('numbered', (data, meta) => seen.push([meta.position?.offset as number, data]));
      return seen;
    });
    const rooms = await Promise.all(clients.map((client) => client.join('talk')));
    expect(new Set(clients.map(workerOf)).size).toBe(2);
    const bytes = new Uint8Array([1, 2, 255]);
    await Promise.all(
      rooms.flatMap((room, from) =>
        Array.from({ length: 20 }, (_, n) => room.request('numbered', { from, n, bytes })),
      ),
    );
    const all = 20 * clients.length;
    // Whoever sends does not get its own.
    while (got.some((seen) => seen.length < all - 20)) await after(5);
    await after(50);
    const byOffset = new Map<number, string>();
    for (const [index, seen] of got.entries()) {
      const offsets = seen.map(([offset]) => offset);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      expect(offsets).toHaveLength(all - 20);
      for (const [offset, data] of seen) {
        const { from, n, bytes: binary } = data as { from: number; n: number; bytes: ArrayBuffer };
        expect(from).not.toBe(index);
        expect([...new Uint8Array(binary)]).toEqual([1, 2, 255]);
        expect(byOffset.get(offset) ?? `${from}/${n}`).toBe(`${from}/${n}`);
        byOffset.set(offset, `${from}/${n}`);
      }
    }
    expect([...byOffset.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: all }, (_, i) => i + 1));
  });

  it('have one roster, and reach a user and a room from any of them over HTTP', async () => {
    const { url } = await serveTwo([`--jwt-secret=${SECRET}`, `--api-key=${KEY}`]);
    const clients = await Promise.all(
      ['ann', 'bob', 'cid', 'dan'].map(async (id) => open(url, { ...SOON, auth: await tokenFor(id) })),
    );
    const rooms = await Promise.all(clients.map((client) => client.join('presence.chat')));
    expect(new Set(clients.map(workerOf)).size).toBe(2);
    const names = () => rooms.map(({ presence }) => presence.members.map(({ id }) => id).sort());
    while (names().some(({ length }) => length < 4)) await after(5);
    expect(names()).toEqual(Array(4).fill(['ann', 'bob', 'cid', 'dan']));

    const heard: unknown[] = [];
    for (const [index, client] of clients.entries()) {
      client.on('note', (data) => heard.push([index, data]));
      client.on('for-one', (data) => heard.push([index, data]));
    }
    // Each connection goes to the worker that has the fewest, so several reach both.
    const replies = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        post(url, '/api/broadcast', { channel: 'presence.chat', event: 'note', data: n }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const n of [1, 2]) await post(url, '/api/users/cid/send', { event: 'for-one', data: `one ${n}` });
    while (heard.length < 18) await after(5);
    await after(50);
    expect(heard).toHaveLength(18);
    expect(heard.filter((each) => String((each as unknown[])[1]).startsWith('one'))).toEqual([
      [2, 'one 1'],
      [2, 'one 2'],
    ]);
    clients[0]?.disconnect();
    while (
      names()
        .slice(1)
        .some(({ length }) => length > 3)
    )
      await after(5);
    const presence = await fetch(`${url}/api/channels/presence.chat/presence`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(((await presence.json()) as unknown[]).length).toBe(3);
  });

  it('keep a private room from those who may not join, whichever worker they are with', async () => {
    const { url } = await serveTwo([`--jwt-secret=${SECRET}`]);
    const strangers = [1, 2].map(() => open(url, SOON));
    for (const stranger of strangers) {
      await expect(stranger.join('private.orders')).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(new Set(strangers.map(workerOf)).size).toBe(2);
  });

  it('answer about a session of a worker that is gone as about any unknown one', async () => {
    const { url } = await serveTwo();
    for (const sid of ['1.aaaaaaaaaaaaaaaaaaaa', '77.aaaaaaaaaaaaaaaaaaaa', 'nonsense']) {
      const reply = await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
      expect([reply.status, await reply.json()]).toEqual([400, { code: 1, message: 'Session ID unknown' }]);
    }
    // All of them still serve.
    await Promise.all([1, 2].map(() => openPlain(url)));
  });
});
