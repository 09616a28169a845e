import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { RedisSettings } from '../../../src/broker/redis/options';
import { linkSocketIo } from '../../../src/broker/redis/socket-io';

export async function node(redis: RedisSettings) {
  const http = createServer();
  const io = new Server(http);
  const end = await linkSocketIo(io, redis);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await io.close();
    await end();
  });
  return { io, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

export async function client(url: string) {
  const socket = connect(url, { transports: ['websocket'] });
  onTestFinished(() => void socket.disconnect());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Emits until it arrives: when a node hears the others again is not told. */
export async function reaches(io: Server, socket: Awaited<ReturnType<typeof client>>, event: string) {
  const arrived = new Promise<void>((resolve) => socket.once(event, () => resolve()));
  const timer = setInterval(() => io.emit(event), 50);
  await arrived;
  clearInterval(timer);
}
