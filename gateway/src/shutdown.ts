import type { Server as HttpServer } from 'node:http';
import type { Server } from 'socket.io';
import { BYE, type ByePayload } from '../../src/protocol';
import type { Capacity, Engine } from './capacity';
import { RETRY_SPREAD } from './limits';
import type { Namespaces } from './namespaces';

/**
 * Tells the clients, lets them go, and ends everything that would keep the process alive.
 * What has not gone within `timeout` ms is cut off.
 */
export async function shutDown(
  io: Server,
  server: HttpServer,
  namespaces: Namespaces,
  capacity: Capacity,
  timeout: number,
): Promise<void> {
  const listening = server.listening;
  // From now on nobody new comes in; who is in stays until told.
  const closed = listening
    ? new Promise<void>((resolve) => server.close(() => resolve()))
    : Promise.resolve();
  sayGoodbye(namespaces);
  await atMost(timeout, Promise.all(capacity.connections().map(closeEngine)));
  for (const engine of capacity.connections()) engine.close(true);
  server.closeAllConnections();
  await io.close();
  await closed;
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
function closeEngine(engine: Engine): Promise<void> {
  return new Promise((resolve) => {
    engine.once('close', () => resolve());
    engine.close();
  });
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
