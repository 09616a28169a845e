import { setTimeout as after } from 'node:timers/promises';
import { BYE, type ByePayload } from '../../src/protocol';
import type { Engine } from './capacity';
import type { Connection } from './connection';

/** Lets clients go, each with all that it had asked for answered. */
export class Departures {
  readonly #connections = new WeakMap<Engine, Set<Connection>>();
  readonly #going = new WeakMap<Engine, Promise<void>>();

  /** Keeps a connection in mind for as long as it is in its namespace. */
  follow(connection: Connection): void {
    const { conn } = connection.socket;
    const ofEngine = this.#connections.get(conn) ?? new Set();
    this.#connections.set(conn, ofEngine.add(connection));
    connection.socket.once('disconnect', () => ofEngine.delete(connection));
  }

  /**
   * Tells a client to come back after `retryAfter`, and closes its connection. What is under way, and a client that polls, is
   * waited for, up to `timeout`; both in ms. One that was told already is not told again.
   */
  letGo(engine: Engine, retryAfter: number, timeout: number): Promise<void> {
    const going = this.#going.get(engine) ?? this.#end(engine, retryAfter, timeout);
    this.#going.set(engine, going);
    return going;
  }

  async #end(engine: Engine, retryAfter: number, timeout: number): Promise<void> {
    const connections = [...(this.#connections.get(engine) ?? [])];
    const closed = new Promise<void>((resolve) => engine.once('close', () => resolve()));
    if (connections.length > 0) {
      const patience = new AbortController();
      const answered = Promise.all(connections.map((connection) => connection.retire()));
      await Promise.race([answered, closed, patienceOf(timeout, patience.signal)]);
      patience.abort();
    }
    if (engine.readyState !== 'open') return;
    const bye: ByePayload = { code: 'restart', retry_after: retryAfter };
    for (const { socket } of connections) socket.emit(BYE, bye);
    // The engine, not the socket: to clients a socket's end means not to come back. Only polling waits for the next poll.
    (engine.transport as { closeTimeout?: number }).closeTimeout = timeout;
    engine.close();
    await closed;
  }
}

function patienceOf(timeout: number, signal: AbortSignal): Promise<void> {
  return after(timeout, undefined, { signal, ref: false }).catch(() => {});
}
