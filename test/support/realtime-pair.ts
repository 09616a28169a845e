import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SignJWT } from 'jose';
import { type ServerOptions, Server as SocketIoServer } from 'socket.io';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../gateway/src/config';
import { startTestGateway, type TestGateway } from '../../gateway/src/testing';
import { type AnyEvents, type RealtimeOptions, ToporiaRealtime } from '../../src';

export { unusedPort } from './unused-port';

export const TRANSPORTS = ['websocket', 'polling'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Comes back within milliseconds. */
export const SOON = { reconnectionDelay: 10, reconnectionDelayMax: 50 } as const;

export const SECRET = 'a secret of the tests, long enough for HS256';

/** A gateway that is gone when the test ends. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ shutdown_timeout: 100, ...options });
  onTestFinished(() => gateway.stop());
  return gateway;
}

/** A client of the SDK that is closed when the test ends. */
export function open<FromServer extends object = AnyEvents, ToServer extends object = AnyEvents>(
  url: string,
  options: RealtimeOptions = {},
): ToporiaRealtime<FromServer, ToServer> {
  const realtime = new ToporiaRealtime<FromServer, ToServer>(url, options);
  onTestFinished(() => {
    realtime.disconnect();
  });
  return realtime;
}

/** Any Socket.IO client, connected. */
export async function openPlain(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Socket> {
  const socket = io(url, { forceNew: true, reconnection: false, transports: ['websocket'], ...options });
  onTestFinished(() => {
    socket.disconnect();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** Resolves with what the next event of that name brings. */
export function next<T = unknown>(source: object, event: string): Promise<T> {
  const { once } = source as { once(event: string, handler: (value: T) => void): unknown };
  return new Promise((resolve) => once.call(source, event, resolve));
}

/** Cuts the connection of one client alone, as a lost network does, and tells no one. */
export function cut(gateway: TestGateway, realtime: { getId(): string | undefined }, namespace = '/'): void {
  const socket = gateway.gateway.io.of(namespace).sockets.get(realtime.getId() as string);
  if (!socket) throw new Error('this client is not connected');
  socket.conn.close(true);
}

/** Resolves when a message to this client can be sent at once: a client that polls may be between two polls. */
export async function reachable(
  gateway: TestGateway,
  realtime: { getId(): string | undefined },
): Promise<void> {
  const socket = gateway.gateway.io.sockets.sockets.get(realtime.getId() as string);
  while (!socket?.conn.transport.writable) await new Promise((resolve) => setImmediate(resolve));
}

/** An event as it was on the wire. */
type WireEvent = [name: string, ...args: unknown[]];

/** Every event that comes in on a gateway or server. */
export function wirePackets(server: SocketIoServer, opened: () => void = () => {}): WireEvent[] {
  const packets: WireEvent[] = [];
  server.on('connection', ({ conn }) => {
    opened();
    conn.on('packet', ({ type, data }) => {
      const text = typeof data === 'string' ? /^2[^[]*(\[.*)$/.exec(data)?.[1] : undefined;
      if (type === 'message' && text) packets.push(JSON.parse(text) as WireEvent);
    });
  });
  return packets;
}

/** The names of the same, with a word for each connection. */
export function wireNames(server: SocketIoServer): string[] {
  const names: string[] = [];
  const packets = wirePackets(server, () => names.push('(connection)'));
  packets.push = (...events) => names.push(...events.map(([name]) => name));
  return names;
}

/** A Socket.IO server that knows nothing of Toporia, gone when the test ends. */
export async function startSocketIo(
  options: Partial<ServerOptions> = {},
  prepare: (server: Server) => void = () => {},
): Promise<{ io: SocketIoServer; url: string }> {
  const server = createServer();
  const socketIo = new SocketIoServer(server, options);
  prepare(server);
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    // Those that ask for an upgrade are no longer among the server's own.
    for (const socket of sockets) socket.destroy();
    await socketIo.close();
  });
  return { io: socketIo, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An HS256 token for a user. */
export function tokenFor(
  id: string,
  { secret = SECRET, expires = '1h' }: { secret?: string; expires?: string | number } = {},
): Promise<string> {
  return new SignJWT({ name: id.toUpperCase() })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}
