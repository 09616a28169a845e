import type { Server, Socket } from 'socket.io';
import { isAtTheDoor } from './socket-io-internals';

/** The connection underneath the sockets of one client. */
export type Engine = Socket['conn'];

/** Knows the connections, and counts the namespaces that each has open. */
export class Capacity {
  readonly #connections = new Set<Engine>();
  readonly #namespaces = new WeakMap<Engine, Set<Socket>>();

  constructor(readonly maxNamespaces: number) {}

  watch(io: Server): void {
    io.engine.on('connection', (engine: Engine) => {
      this.#connections.add(engine);
      engine.once('close', () => this.#connections.delete(engine));
    });
  }

  /** All that are open, those among them that are not let in. */
  connections(): Engine[] {
    return [...this.#connections];
  }

  /** Returns whether the connection of a socket that is at the door may open one more namespace. */
  takeNamespace(socket: Socket): boolean {
    const open = this.#namespaces.get(socket.conn) ?? new Set<Socket>();
    // Whoever has turned a socket away, its place is free again.
    for (const other of open) if (!other.connected && !isAtTheDoor(other)) open.delete(other);
    if (open.size >= this.maxNamespaces) return false;
    this.#namespaces.set(socket.conn, open.add(socket));
    return true;
  }
}
