import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway } from '../../src/gateway';
import { plain, startGateway, type TestClient } from './support';

/** A handler that answers when it is told to, and what it was given so far. */
function held() {
  const begun: unknown[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler = async (data: unknown) => {
    begun.push(data);
    await released;
    return { did: data };
  };
  return { begun, release, handler };
}

const lost = ({ socket }: TestClient) => new Promise((resolve) => socket.once('disconnect', resolve));

describe('a gateway that closes', () => {
  it('answers all that it has been asked, and takes nothing more from that client', async () => {
    const gateway = await startGateway();
    const { begun, release, handler } = held();
    gateway.of('/').on('work', handler);
    const a = await plain(gateway);
    a.log('work', 1);
    a.log('work', 2);
    a.log('work', 3);
    await expect.poll(() => begun).toEqual([1]);
    const socket = gateway.io.sockets.sockets.get(a.id);
    const closing = gateway.close();
    a.socket.emit('work', 4);
    await once(socket?.conn as never, 'packet');
    release();
    await closing;
    expect(begun).toEqual([1, 2, 3]);
    expect((await a.before('toporia:bye')).map(([, reply]) => reply)).toEqual([
      { did: 1 },
      { did: 2 },
      { did: 3 },
    ]);
  });

  it('does so for a client that polls', async () => {
    const gateway = await startGateway();
    const { begun, release, handler } = held();
    gateway.of('/').on('work', handler);
    const a = await plain(gateway, '/', { transports: ['polling'] });
    a.log('work', 1);
    await expect.poll(() => begun).toEqual([1]);
    const closing = gateway.close();
    release();
    await closing;
    expect(await a.before('toporia:bye')).toEqual([['ack', { did: 1 }]]);
  });

  it('waits no longer than shutdown_timeout for what never is answered', async () => {
    const gateway = await startGateway({ shutdown_timeout: 100 });
    const { begun, handler } = held();
    gateway.of('/').on('work', handler);
    const a = await plain(gateway);
    a.log('work', 1);
    await expect.poll(() => begun).toEqual([1]);
    const gone = lost(a);
    await gateway.close();
    await gone;
  });
});

describe('drain_delay', () => {
  it('lets all go on, newcomers too, while the gateway says that it is not ready', async () => {
    const gateway = await startGateway({ drain_delay: 1_000 });
    const a = await plain(gateway);
    const closing = gateway.close();
    expect((await fetch(`${gateway.url}/ready`)).status).toBe(503);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    const late = await plain(gateway);
    expect(await late.ask('join', 'r')).toEqual({ room: 'r' });
    expect(a.received).toEqual([]);
    await closing;
    for (const each of [a, late]) expect(await each.next('toporia:bye')).toBeDefined();
  });

  it('is not waited for by a gateway that never listened', async () => {
    await createGateway({ drain_delay: 600_000 }).close();
  });
});

describe('drain_time', () => {
  it('has one client after the other told, and serves those who are not yet', async () => {
    const gateway = await startGateway({ drain_time: 1_500 });
    const clients: TestClient[] = [];
    for (let n = 0; n < 4; n++) clients.push(await plain(gateway));
    const [first, , , last] = clients as [TestClient, TestClient, TestClient, TestClient];
    const gone = Promise.all(clients.map(lost));
    const closing = gateway.close();
    const [, bye] = await first.next('toporia:bye');
    expect(bye).toMatchObject({ code: 'restart' });
    expect((bye as { retry_after: number }).retry_after).toBeLessThanOrEqual(100);
    expect(await last.ask('join', 'r')).toEqual({ room: 'r' });
    expect(last.received).toEqual([]);
    await closing;
    for (const reason of await gone) expect(reason).toBe('transport close');
    expect(await last.next('toporia:bye')).toBeDefined();
  });

  it('is over as soon as nobody is left', async () => {
    const gateway = await startGateway({ drain_time: 600_000 });
    const a = await plain(gateway);
    const closing = gateway.close();
    await a.next('toporia:bye');
    await closing;
  });

  it('lets in nobody new, and has proxies send them elsewhere', async () => {
    const gateway = await startGateway({ drain_time: 600_000, shutdown_timeout: 100, trust_proxy: 1 });
    const through = { extraHeaders: { 'X-Forwarded-For': '203.0.113.1' } };
    const [, polling] = [
      await plain(gateway),
      await plain(gateway, '/', { transports: ['polling'], ...through }),
    ];
    const closing = gateway.close();
    const handshake = (more = '') =>
      fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling${more}`, { headers: through.extraHeaders });
    const answer = await handshake();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toEqual({
      error: {
        code: 'limit',
        message: 'The gateway is shutting down; try again.',
        retry_after: 1_000,
      },
    });
    // Of another gateway, perhaps.
    expect((await handshake('&sid=unknown')).status).toBe(503);
    const raw = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: through.extraHeaders,
    });
    const [, { statusCode }] = await once(raw, 'unexpected-response');
    expect(statusCode).toBe(503);
    expect(await polling.ask('join', 'r')).toEqual({ room: 'r' });
    polling.socket.disconnect();
    await closing;
  });
});
