import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { expect, it } from 'vitest';
import { makeCertificate, temporaryFolder } from '../../gateway/test/edge/support';
import { describeWith } from '../support/programs';
import { next, open, openPlain, SOON, TRANSPORTS } from '../support/realtime-pair';
import { startDeployedNginx } from './nginx-front';
import { NodePair } from './node-pair';

const API_KEY = 'key-of-the-deployment';

describeWith(['nginx', 'openssl'], 'nginx as in deploy/, with TLS', () => {
  async function startWithTls(options = {}) {
    const files = makeCertificate(temporaryFolder());
    const nodes = await NodePair.start({ api_key: API_KEY, ...options });
    const front = await startDeployedNginx(nodes.ports, files);
    return { nodes, ...front, ca: readFileSync(files.cert) };
  }

  it('serves WebSocket, polling, and the upgrade from one to the other', async () => {
    const { url, ca } = await startWithTls();
    for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
      const socket = await openPlain(url, { transports, ca } as object);
      if (transports.length > 1 && socket.io.engine.transport.name !== 'websocket') {
        await next(socket.io.engine, 'upgrade');
      }
      expect(socket.io.engine.transport.name).toBe(transports.at(-1));
      expect(await socket.emitWithAck('join', { room: 'news' })).toMatchObject({ room: 'news' });
    }
  });

  it('speaks HTTP/2, and leads from HTTP to HTTPS', async () => {
    const { url, httpUrl, ca } = await startWithTls();
    const session = connectHttp2(url, { ca });
    const stream = session.request({ ':path': '/socket.io/?EIO=4&transport=polling' });
    const headers = await next<Record<string, unknown>>(stream, 'response');
    stream.close();
    session.close();
    expect(headers[':status']).toBe(200);
    const plain = await fetch(`${httpUrl}/some/page`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([301, 'https://127.0.0.1/some/page']);
  });

  it('lets through what the gateways take, and no more', async () => {
    const { url, ca } = await startWithTls();
    const publish = (size: number) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
        const sent = request(`${url}/api/broadcast`, { method: 'POST', ca, headers }, (response) => {
          resolve(response.resume().statusCode);
        });
        sent.on('error', reject);
        sent.end(JSON.stringify({ channel: 'news', event: 'flash', data: 'x'.repeat(size) }));
      });
    expect(await publish(990_000)).toBe(200);
    expect(await publish(1_100_000)).toBe(413);
  });

  it('tells the gateways the address of each client, whatever it says itself', async () => {
    const { url, ca } = await startWithTls({ limits: { connections_per_address: 1 } });
    const from = (address: string) => ({ ca, extraHeaders: { 'X-Forwarded-For': address } }) as object;
    // One for each gateway.
    await openPlain(url, from('203.0.113.1'));
    await openPlain(url, from('203.0.113.2'));
    await expect(openPlain(url, from('203.0.113.3'))).rejects.toThrow('Your address has its 1 connections');
  });
});

describeWith('nginx', 'nginx as in deploy/', () => {
  it('keeps all requests of a client that polls on one gateway', async () => {
    const nodes = await NodePair.start();
    const { url } = await startDeployedNginx(nodes.ports);
    for (let n = 0; n < 3; n++) {
      const socket = await openPlain(url, { transports: ['polling'] });
      for (let i = 0; i < 5; i++) expect(await socket.emitWithAck('event', i)).toEqual({ status: 'ok' });
    }
  });

  it('is reloaded while clients are connected, who notice nothing', async () => {
    const nodes = await NodePair.start();
    const { url, reload } = await startDeployedNginx(nodes.ports);
    const clients = TRANSPORTS.map((transport) => open(url, { transports: [transport], ...SOON }));
    await Promise.all(clients.map((client) => client.join('news')));
    const ids = clients.map((client) => client.getId());
    await reload();
    for (const client of clients) await client.request('event', 1);
    expect(clients.map((client) => client.getId())).toEqual(ids);
    await open(url).ready();
  });

  it.each(TRANSPORTS)(
    'has clients by %s go to the other gateway when theirs stops, and when it is gone',
    async (transport) => {
      const nodes = await NodePair.start({ drain_time: 300 });
      const { url } = await startDeployedNginx(nodes.ports);
      const clients = Array.from({ length: 6 }, () => open(url, { transports: [transport], ...SOON }));
      await Promise.all(clients.map((client) => client.join('news')));
      const [busier, other] = nodes.byLoad();
      const moved = clients
        .filter((client) => busier.has(client))
        .map((client) => next(client, 'reconnected'));
      expect(moved.length).toBeGreaterThan(0);
      await busier.gateway.close();
      await Promise.all(moved);
      expect(clients.every((client) => other.has(client))).toBe(true);
      for (const client of clients) await client.request('event', 1);
      const late = open(url, { transports: [transport] });
      await late.ready();
      expect(other.has(late)).toBe(true);
    },
  );

  it.each(TRANSPORTS)(
    'sends who comes by %s to the other gateway while one lets its clients go',
    async (transport) => {
      const nodes = await NodePair.start({ drain_time: 60_000 });
      const { url } = await startDeployedNginx(nodes.ports);
      // By polling all clients of one address are on one gateway.
      const stays = Array.from({ length: 2 }, () => open(url, { transports: ['polling'] }));
      await Promise.all(stays.map((client) => client.ready()));
      const [draining, other] = nodes.byLoad();
      void draining.gateway.close();
      const late = open(url, { transports: [transport], reconnection: false });
      await late.ready();
      expect(other.has(late)).toBe(true);
      await late.request('event', 1);
      expect(stays.some((client) => draining.has(client))).toBe(true);
    },
  );

  it('has both gateways restarted one after the other without a request that is lost, or done twice', async () => {
    const nodes = await NodePair.start({ drain_time: 500 });
    const { url } = await startDeployedNginx(nodes.ports);
    const clients = Array.from({ length: 10 }, () =>
      open(url, { transports: ['websocket'], delivery: 'at-least-once', ackTimeout: 20_000, ...SOON }),
    );
    await Promise.all(clients.map((client) => client.ready()));
    let goesOn = true;
    // Several are always under way.
    const lanes = clients.flatMap((client, who) =>
      [0, 1, 2].map((lane) => ({ client, lane: `${who}.${lane}` })),
    );
    const sent = lanes.map(async ({ client, lane }) => {
      const done: string[] = [];
      while (goesOn) done.push((await client.request('work', `${lane}:${done.length}`)) as string);
      return done;
    });
    await nodes.restart(0);
    await nodes.restart(1);
    goesOn = false;
    const all = (await Promise.all(sent)).flat();
    expect(nodes.done.sort()).toEqual(all.sort());
    expect(nodes.restarts.every(({ clients }) => clients > 0)).toBe(true);
  });
});
