import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../src/api';
import { plain, startGateway, type TestClient } from '../core/support';
import { ask, FAR, figures } from './support';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const HANDSHAKES = 2_000;
/** Bytes that the gateway and the attacker, who is in the same process, may keep for one. */
const MOST_EACH = 60_000;

const portOf = (gateway: Gateway) => Number(new URL(gateway.url).port);

/** A TCP connection that sends a text, and then nothing. */
async function open(gateway: Gateway, text: string): Promise<TcpSocket> {
  const socket = connect(portOf(gateway), '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const HEAD = 'GET /socket.io/?EIO=4&transport=';
const KINDS = {
  'no request': '',
  'half a request': `${HEAD}polling HTTP/1.1\r\nHost: x\r\n`,
  'a poll and no more': `${HEAD}polling HTTP/1.1\r\nHost: x\r\n\r\n`,
  'a WebSocket without CONNECT': `${HEAD}websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
} as const;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Sends and waits for each answer until told to stop. Returns the latencies in ms. */
function converse(client: TestClient): () => Promise<number[]> {
  let goesOn = true;
  const latencies: number[] = [];
  const ended = (async () => {
    while (goesOn) {
      const start = performance.now();
      expect(await ask(client, 'chat', latencies.length)).toEqual({ status: 'ok' });
      latencies.push(performance.now() - start);
    }
  })();
  return async () => {
    goesOn = false;
    await ended;
    return latencies.sort((a, b) => a - b);
  };
}

describe(`${HANDSHAKES} half-open handshakes`, () => {
  it.each(Object.entries(KINDS))(
    'of %s: bounded memory, all closed, others undisturbed',
    async (kind, text) => {
      const gateway = await startGateway({ limits: { ...FAR, connect_timeout: 5_000 } });
      const [a, b] = [await plain(gateway), await plain(gateway)];
      for (const one of [a, b]) await one.ask('join', 'r');
      const before = memory();
      const stop = converse(a);
      const sockets: TcpSocket[] = [];
      for (let n = 0; n < HANDSHAKES; n += 100) {
        sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => open(gateway, text)))));
      }
      const latencies = await stop();
      const each = (memory() - before) / HANDSHAKES;
      const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]?.toFixed(2);
      const start = performance.now();
      if (kind === 'a poll and no more') await figures(gateway, ({ connections }) => connections === 2);
      else await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close'))));
      console.log(
        `${kind}: ${(each / 1_000).toFixed(1)} KB each, both sides; ${latencies.length} acks beside it, median ${at(0.5)} ms, 99 % within ${at(0.99)} ms; all closed after ${((performance.now() - start) / 1_000).toFixed(1)} s`,
      );
      expect(each).toBeLessThan(MOST_EACH);
      expect(gateway.stats().connections).toBe(2);
      gateway.broadcast('r', 'end');
      const received = (await b.before('end')).map(([, n]) => n);
      expect(received).toEqual(latencies.map((_, index) => index));
    },
  );

  it('from one address are refused past pending_handshakes, with the usual limits', async () => {
    const gateway = await startGateway({ max_conn: 8_000 });
    const text = KINDS['a WebSocket without CONNECT'];
    for (let n = 0; n < HANDSHAKES; n += 100) {
      await Promise.all(Array.from({ length: 100 }, () => open(gateway, text)));
    }
    const { refusals, connections } = await figures(
      gateway,
      (stats) => stats.refusals.total === HANDSHAKES - 500,
    );
    console.log(`let in ${connections}, refused ${JSON.stringify(refusals.by_limit)}`);
    expect(connections).toBe(500);
  });
});

describe('200 connections a second from one address', () => {
  const SECONDS = 10;

  it(`for ${SECONDS} s leave the others undisturbed`, async () => {
    const gateway = await startGateway({ trust_proxy: 1 });
    const from = (address: string) => ({ extraHeaders: { 'X-Forwarded-For': address } });
    const [a, b] = [
      await plain(gateway, '/', from('203.0.113.1')),
      await plain(gateway, '/', from('203.0.113.2')),
    ];
    for (const one of [a, b]) await one.ask('join', 'r');
    const text = KINDS['a WebSocket without CONNECT'].replace(
      'Host: x',
      'Host: x\r\nX-Forwarded-For: 198.51.100.1',
    );
    const before = memory();
    const latencies: number[] = [];
    let opened = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(async () => {
        if (opened === SECONDS * 200) {
          clearInterval(timer);
          resolve();
          return;
        }
        opened += 20;
        await Promise.all(Array.from({ length: 20 }, () => open(gateway, text)));
        const start = performance.now();
        await ask(a, 'chat', opened);
        latencies.push(performance.now() - start);
      }, 100);
    });
    const { connections, refusals } = gateway.stats();
    latencies.sort((x, y) => x - y);
    console.log(
      `${opened} in ${SECONDS} s: let in ${connections - 2}, refused ${JSON.stringify(refusals.by_limit)}; memory grew by ${((memory() - before) / 1e6).toFixed(1)} MB, both sides; acks beside it at most ${latencies.at(-1)?.toFixed(1)} ms`,
    );
    // As many as may be in no namespace yet.
    expect(connections).toBeLessThanOrEqual(502);
    expect(await ask(b, 'join', 'r2')).toEqual({ room: 'r2' });
  });
});
