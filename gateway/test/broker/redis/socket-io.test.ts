import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { linkSocketIo } from '../../../src/broker/redis/socket-io';
import { redisSettings } from './support';

async function node(port: number) {
  const http = createServer();
  const io = new Server(http);
  const end = await linkSocketIo(io, redisSettings(port));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await io.close();
    await end();
  });
  return { io, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

async function client(url: string) {
  const socket = connect(url, { transports: ['websocket'] });
  onTestFinished(() => void socket.disconnect());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Emits until it arrives: when a node hears the others again is not told. */
async function reaches(io: Server, socket: Awaited<ReturnType<typeof client>>, event: string) {
  const arrived = new Promise<void>((resolve) => socket.once(event, () => resolve()));
  const timer = setInterval(() => io.emit(event), 50);
  await arrived;
  clearInterval(timer);
}

describeWith('redis-server', 'what a program does with the Socket.IO server', () => {
  test('reaches all nodes, from before Redis is there to after it was restarted', async () => {
    await using redis = await RedisServer.reserve();
    const [one, two] = [await node(redis.port), await node(redis.port)];
    const socket = await client(two.url);
    // Alone, each serves its own.
    await reaches(two.io, socket, 'alone');
    await redis.start();
    await reaches(one.io, socket, 'first');
    expect((await one.io.fetchSockets()).map(({ id }) => id)).toEqual([socket.id]);
    await redis.kill();
    await reaches(two.io, socket, 'alone again');
    await redis.start();
    await reaches(one.io, socket, 'again');
  });

  test('ends while Redis is gone', async () => {
    await using redis = await RedisServer.reserve();
    await node(redis.port);
  });
});
