import type { Namespace, Server, Socket } from 'socket.io';
import { Space } from './space';

export interface NamespacesOptions {
  readonly io: Server;
  readonly admit: (socket: Socket, next: (error?: Error) => void) => void;
  readonly onConnection: (socket: Socket, space: Space) => void;
  /** No other process serves the same namespaces. */
  readonly alone: boolean;
}

/** What Socket.IO keeps for itself of a namespace that came into being by a client's asking for it. */
interface Internals {
  readonly _preConnectSockets: ReadonlyMap<string, Socket>;
}
interface ParentInternals {
  readonly children: Set<Namespace>;
}

/** The namespaces that are in use, each with its space. They come with their first client and go with their last. */
export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #spaces = new Map<string, Space>();
  readonly #parent: Namespace;

  constructor(options: NamespacesOptions) {
    const { io } = options;
    this.#options = options;
    // Whether a name will do is decided at admission, which can tell the client why not.
    this.#parent = io.of((_name, _auth, next) => next(null, true));
    this.#open(io.of('/'));
    // Also those that a program makes by `gateway.io.of()`.
    io.on('new_namespace', (namespace: Namespace) => this.#open(namespace));
  }

  /** The space of a namespace that is in use. */
  space(name: string): Space | undefined {
    return this.#spaces.get(name);
  }

  spaces(): Iterable<Space> {
    return this.#spaces.values();
  }

  #open(namespace: Namespace): void {
    const { admit, onConnection, alone } = this.#options;
    const space = new Space(namespace, alone);
    this.#spaces.set(namespace.name, space);
    namespace.use((socket, next) => {
      admit(socket, (error) => {
        next(error);
        // Refused, or gone while its token was checked: it may have been the only one.
        this.#closeSoon(space);
      });
    });
    namespace.on('connection', (socket: Socket) => {
      onConnection(socket, space);
      socket.once('disconnect', () => this.#closeSoon(space));
    });
  }

  /**
   * Socket.IO's own `cleanupEmptyChildNamespaces` looks only at those who are in. A client at the door at that moment
   * would get into a namespace that nobody else can reach any more, so this looks at both.
   */
  #closeSoon(space: Space): void {
    setImmediate(() => {
      const { namespace, name } = space;
      const children = (this.#parent as unknown as ParentInternals).children;
      const waiting = (namespace as unknown as Internals)._preConnectSockets;
      if (!children.has(namespace) || namespace.sockets.size > 0 || waiting.size > 0) return;
      children.delete(namespace);
      this.#options.io._nsps.delete(name);
      this.#spaces.delete(name);
      void namespace.adapter.close();
    });
  }
}
