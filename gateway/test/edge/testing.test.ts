import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startTestGateway } from '../../src/testing';
import { client, next } from './support';

it('gives a gateway at an address of its own', async () => {
  await using gateway = await startTestGateway();
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const socket = await client(gateway.url);
  expect(gateway.connections()).toBe(1);
  await socket.emitWithAck('join', { room: 'news' });
  const arrived = next(socket, 'flash');
  expect(gateway.broadcast('news', 'flash', { text: 'hello' })).toEqual({ id: expect.any(String) });
  expect(await arrived).toEqual([{ text: 'hello' }]);
  expect(await gateway.channel('news').getPresenceData()).toEqual([]);
});

it('reads no environment but the one that it is given', async () => {
  process.env.REALTIME_MAX_CONN = '3';
  await using plain = await startTestGateway();
  await using told = await startTestGateway({ env: { REALTIME_MAX_CONN: '4' } });
  delete process.env.REALTIME_MAX_CONN;
  expect([plain.gateway.settings.max_conn, told.gateway.settings.max_conn]).toEqual([8000, 4]);
});

it('drops connections without a word, and lets them come back', async () => {
  await using gateway = await startTestGateway();
  const socket = await client(gateway.url);
  const id = socket.id;
  const lost = next(socket, 'disconnect');
  const back = next(socket, 'connect').then(() => socket.id);
  gateway.dropConnections();
  expect((await lost)[0]).toBe('transport close');
  expect(await back).not.toBe(id);
});

it('freezes: takes everything, answers nothing, and delivers in order afterwards', async () => {
  await using gateway = await startTestGateway();
  const socket = await client(gateway.url);
  await socket.emitWithAck('join', { room: 'news' });
  const arrived: unknown[] = [];
  socket.on('n', (data) => arrived.push(data));

  gateway.freeze();
  const fresh = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let answered = '';
  fresh.on('data', (chunk) => {
    answered += chunk;
  });
  await once(fresh, 'connect');
  fresh.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const acked = socket.emitWithAck('note', 1).then(() => 'acked');
  for (const n of [1, 2, 3]) gateway.broadcast('news', 'n', n);
  // A connection that is not frozen shows that time enough has passed for an answer.
  await (await fetch(`${gateway.gateway.url}/health`)).text();
  expect([answered, arrived]).toEqual(['', []]);

  const closed = once(fresh, 'close');
  gateway.unfreeze();
  expect(await acked).toBe('acked');
  await closed;
  expect(answered).toMatch(/^HTTP\/1\.1 200 /);
  expect(arrived).toEqual([1, 2, 3]);
});

it('can be cut while it is frozen', async () => {
  await using gateway = await startTestGateway();
  const socket = await client(gateway.url);
  gateway.freeze();
  const lost = next(socket, 'disconnect');
  gateway.dropConnections();
  await lost;
  const back = next(socket, 'connect');
  gateway.unfreeze();
  await back;
});

it('restarts at the same address with the same options', async () => {
  await using gateway = await startTestGateway({ max_conn: 7 });
  const { url, gateway: before } = gateway;
  const socket = await client(url);
  const lost = next(socket, 'disconnect');
  const back = next(socket, 'connect');
  await gateway.restart();
  expect((await lost)[0]).not.toBe('io server disconnect');
  await back;
  expect(gateway.url).toBe(url);
  expect(gateway.gateway === before).toBe(false);
  expect(gateway.gateway.settings.max_conn).toBe(7);
  expect(gateway.connections()).toBe(1);
});

it('restarts also while it is frozen', async () => {
  await using gateway = await startTestGateway({ shutdown_timeout: 50 });
  const socket = await client(gateway.url);
  gateway.freeze();
  const back = next(socket, 'connect');
  await gateway.restart();
  gateway.unfreeze();
  await back;
});

it('stops, once and for all', async () => {
  const gateway = await startTestGateway();
  const socket = await client(gateway.url, { reconnection: false });
  const lost = next(socket, 'disconnect');
  await Promise.all([gateway.stop(), gateway.stop()]);
  await lost;
  await expect(fetch(gateway.url)).rejects.toThrow();
  await expect(gateway.restart()).rejects.toThrow('the test gateway was stopped');
});

it('takes the port that it is told', async () => {
  const first = await startTestGateway();
  const port = Number(new URL(first.url).port);
  await expect(startTestGateway({ port })).rejects.toThrow(/EADDRINUSE/);
  await first.stop();
  await using second = await startTestGateway({ port });
  expect(second.url).toBe(first.url);
});
