import type { Namespace, Server, Socket } from 'socket.io';
import type { Recent } from './recent';
import { isChild, removeChild, socketsOf } from './socket-io-internals';
import { Space, type SpaceOptions } from './space';

export interface NamespacesOptions {
  readonly io: Server;
  readonly admit: (socket: Socket, next: (error?: Error) => void) => void;
  readonly onConnection: (socket: Socket, space: Space) => void;
  readonly space: SpaceOptions;
  /** A namespace that is none of the clients'. */
  readonly apart?: string | undefined;
  /** Namespaces that users have been in lately, who may come back. */
  readonly visited: Recent<string, true>;
  readonly onOpen?: ((namespace: string) => void) | undefined;
}

/** The namespaces that are in use, each with its space. They come with their first client and go with their last. */
export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #spaces = new Map<string, Space>();
  readonly #parent: Namespace;
  readonly #leaving = new Set<Space>();
  readonly #undecided = new Set<Space>();

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

  /** Those in use. */
  inUse(): Iterable<string> {
    return this.#spaces.keys();
  }

  /** Those in use, and those that users may come back to. */
  names(): Iterable<string> {
    return new Set([...this.#spaces.keys(), ...this.#options.visited.keys()]);
  }

  #open(namespace: Namespace): void {
    const { admit, onConnection, apart } = this.#options;
    if (namespace.name === apart) return;
    const space = new Space(namespace, this.#options.space);
    this.#spaces.set(namespace.name, space);
    this.#options.onOpen?.(namespace.name);
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
    if (this.#leaving.size === 0) setImmediate(() => this.#closeEmpty());
    this.#leaving.add(space);
  }

  #closeEmpty(): void {
    const spaces = [...this.#leaving, ...this.#undecided];
    this.#leaving.clear();
    for (const space of spaces) {
      const { namespace, name } = space;
      this.#undecided.delete(space);
      if (namespace.sockets.size > 0 || !isChild(this.#parent, namespace)) continue;
      if (socketsOf(namespace) > 0) {
        // A program's own middleware may yet refuse it, of which nothing else tells.
        this.#undecided.add(space);
        continue;
      }
      removeChild(this.#options.io, this.#parent, namespace);
      this.#spaces.delete(name);
    }
  }
}
