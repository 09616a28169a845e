import type { Server as HttpServer } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import type { Server } from 'socket.io';
import type { Capacity, Engine } from './capacity';
import type { Departures } from './departures';
import { RETRY_SPREAD } from './limits';
import type { Settings } from './settings';

/** Ms between two shares of the clients that are told to go. */
const DRAIN_STEP = 100;

/** The TCP connections of a server: those that were upgraded are not among the ones that it can close itself. */
export function trackSockets(server: HttpServer): ReadonlySet<TcpSocket> {
  const sockets = new Set<TcpSocket>();
  server.on('connection', (socket: TcpSocket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Ms that `close()` may take. */
export function longestEnd(
  settings: Pick<Settings, 'drain_delay' | 'drain_time' | 'shutdown_timeout'>,
): number {
  return settings.drain_delay + settings.drain_time + settings.shutdown_timeout;
}

export interface ShutdownOptions {
  readonly io: Server;
  readonly server: HttpServer;
  readonly sockets: ReadonlySet<TcpSocket>;
  readonly capacity: Capacity;
  readonly departures: Departures;
  /** Ms in which all goes on as before, newcomers included. */
  readonly delay: number;
  /** Ms over which the clients are told to go. */
  readonly spread: number;
  /** Ms that the rest may take. */
  readonly timeout: number;
  /** Nobody is to be let in any more. */
  readonly onClosing: () => void;
  /** All have been told to go. */
  readonly onEnding: () => void;
}

/**
 * Tells the clients, lets them go, and ends everything that would keep the process alive.
 * What has not gone in time is cut off.
 */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { io, server, sockets, capacity, delay, timeout, onClosing, onEnding } = options;
  if (delay > 0) await after(delay);
  onClosing();
  await drain(options);
  const deadline = startDeadline(timeout);
  onEnding();
  // Still listening: who polls has to come once more to learn that it is over.
  await deadline.orEarlier(Promise.all(letAllGo(options)));
  for (const engine of capacity.connections()) engine.close(true);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Of a worker, which does not listen itself, the server knows nothing of its connections.
  await deadline.orEarlier(Promise.all([closed, ...[...sockets].map(ended)]));
  for (const socket of sockets) socket.destroy();
  await io.close();
  await closed;
  deadline.stop();
}

/** Lets one share of the clients go after the other, so that those that take them in are not overrun. */
async function drain({ capacity, departures, spread, timeout }: ShutdownOptions): Promise<void> {
  const told = new Set<Engine>();
  const steps = Math.ceil(spread / DRAIN_STEP);
  for (let step = 1; step <= steps; step++) {
    const waiting = capacity.connections().filter((engine) => !told.has(engine));
    if (waiting.length === 0) break;
    const due = Math.ceil(((told.size + waiting.length) * step) / steps) - told.size;
    for (const engine of waiting.slice(0, due)) {
      told.add(engine);
      void departures.letGo(engine, Math.round(Math.random() * DRAIN_STEP), timeout);
    }
    await after(DRAIN_STEP);
  }
}

function ended(socket: TcpSocket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Lets all that are left go at once, but tells each another time to come back. */
function letAllGo({ capacity, departures, timeout }: ShutdownOptions): Promise<void>[] {
  const engines = capacity.connections();
  const spread = Math.min(
    RETRY_SPREAD.least + engines.length * RETRY_SPREAD.perConnection,
    RETRY_SPREAD.most,
  );
  return engines.map((engine) => departures.letGo(engine, Math.round(Math.random() * spread), timeout));
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
