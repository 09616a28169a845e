import type { Server, Socket } from 'socket.io';

/** The connection underneath the sockets of one client. */
export type Engine = Socket['conn'];

/** Counts the connections, and the namespaces that each has open. */
export class Capacity {
  readonly #connections = new Set<Engine>();
  readonly #admitted = new Set<Engine>();
  readonly #namespaces = new WeakMap<Engine, number>();

  constructor(
    readonly maxConnections: number,
    readonly maxNamespaces: number,
  ) {}

  /** Gives each new connection a place while there is one; which has none is told so when it asks for a namespace. */
  watch(io: Server): void {
    io.engine.on('connection', (engine: Engine) => {
      this.#connections.add(engine);
      if (this.#admitted.size < this.maxConnections) this.#admitted.add(engine);
      engine.once('close', () => {
        this.#connections.delete(engine);
        this.#admitted.delete(engine);
      });
    });
  }

  /** All that are open, those without a place among them. */
  connections(): Engine[] {
    return [...this.#connections];
  }

  has(engine: Engine): boolean {
    return this.#admitted.has(engine);
  }

  /** Returns whether the connection may open one more namespace; if so, it is counted until it is released. */
  takeNamespace(engine: Engine): boolean {
    const count = this.#namespaces.get(engine) ?? 0;
    if (count >= this.maxNamespaces) return false;
    this.#namespaces.set(engine, count + 1);
    return true;
  }

  releaseNamespace(engine: Engine): void {
    const count = this.#namespaces.get(engine) ?? 0;
    if (count > 0) this.#namespaces.set(engine, count - 1);
  }
}
