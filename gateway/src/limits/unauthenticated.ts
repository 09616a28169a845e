import { HELLO } from '../../../src/protocol';
import type { Connection } from '../connection';
import { type Reply, refuse } from '../replies';
import type { Guard } from './guard';
import type { Line } from './line';
import { tell } from './turn-down';

/** What a connection may send before it has authenticated. */
const MOST = { events: 20, bytes: 64_000 } as const;

const OPEN_EVENTS = new Set<unknown>(['auth', 'batch', HELLO]);

/** Where `require_auth` is on: what a connection may not do yet, or `undefined` for what it may. */
export function authRequired(connection: Connection, event: unknown, payload?: unknown): Reply | undefined {
  if (connection.user || OPEN_EVENTS.has(event)) return undefined;
  const message = 'Authenticate first, by a token in the handshake or by the event "auth".';
  const refusal = refuse('unauthorized', message);
  tell(connection.socket, event, payload, refusal.error);
  return refusal;
}

/** Ends a connection that doesn't authenticate in time, or sends much before it does. Returns what to call at each of its events. */
export function watchUnauthenticated(
  connection: Connection,
  line: Line,
  guard: Guard,
  timeout: number,
): () => void {
  if (connection.user) return () => {};
  // Whoever's token has expired has a time of its own, in which to bring a fresh one.
  const isKnown = () => Boolean(connection.user ?? connection.expiredUser);
  let events = 0;
  const timer = setTimeout(() => {
    if (!isKnown()) guard.end(line, 'auth_timeout');
  }, timeout).unref();
  connection.socket.once('disconnect', () => clearTimeout(timer));
  return () => {
    if (isKnown()) return;
    events += 1;
    if (events > MOST.events || line.received > MOST.bytes) guard.end(line, 'require_auth');
  };
}
