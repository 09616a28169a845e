import type { Server as HttpServer } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Server } from 'socket.io';
import { BYE, type ByePayload } from '../../src/protocol';
import type { Capacity, Engine } from './capacity';
import { RETRY_SPREAD } from './limits';
import type { Namespaces } from './namespaces';

/** The TCP connections of a server: those that were upgraded are not among the ones that it can close itself. */
export function trackSockets(server: HttpServer): ReadonlySet<TcpSocket> {
  const sockets = new Set<TcpSocket>();
  server.on('connection', (socket: TcpSocket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

export interface ShutdownOptions {
  readonly io: Server;
  readonly server: HttpServer;
  readonly sockets: ReadonlySet<TcpSocket>;
  readonly namespaces: Namespaces;
  readonly capacity: Capacity;
  /** Ms that all of it may take. */
  readonly timeout: number;
}

/**
 * Tells the clients, lets them go, and ends everything that would keep the process alive.
 * What has not gone in time is cut off.
 */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { io, server, sockets, namespaces, capacity, timeout } = options;
  const deadline = startDeadline(timeout);
  sayGoodbye(namespaces);
  // Still listening: who polls has to come once more to learn that it is over.
  await deadline.orEarlier(Promise.all(capacity.connections().map((engine) => closeEngine(engine, timeout))));
  for (const engine of capacity.connections()) engine.close(true);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await deadline.orEarlier(closed);
  for (const socket of sockets) socket.destroy();
  await io.close();
  await closed;
  deadline.stop();
}

/** Each client is told another time to come back, so that they do not all come at once. */
function sayGoodbye(namespaces: Namespaces): void {
  const sockets = [...namespaces.spaces()].flatMap((space) => [...space.namespace.sockets.values()]);
  const spread = Math.min(
    RETRY_SPREAD.least + sockets.length * RETRY_SPREAD.perConnection,
    RETRY_SPREAD.most,
  );
  for (const socket of sockets) {
    const bye: ByePayload = { code: 'restart', retry_after: Math.round(Math.random() * spread) };
    socket.emit(BYE, bye);
  }
}

/** The engine, not the socket: to clients a socket's end means not to come back. */
function closeEngine(engine: Engine, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    engine.once('close', () => resolve());
    // Only polling has it: how long it waits for the next poll.
    (engine.transport as { closeTimeout?: number }).closeTimeout = timeout;
    engine.close();
  });
}

function startDeadline(ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return {
    orEarlier: async (work: Promise<unknown>): Promise<void> => {
      await Promise.race([work, passed]);
    },
    stop: () => clearTimeout(timer),
  };
}
