import { isRecord } from '../../../src/protocol';
import type { Broker } from '../broker/broker';
import type { Readers } from '../log/readers';
import type { Recent } from '../recent';

/** Ms after which the others are told again: they forget what they have not been told for long. */
const AGAIN = 30_000;

/** Sockets that one message may name. */
const MOST = 1_000;

export interface GossipOptions {
  readonly broker: Broker;
  /** Those in use here. */
  readonly namespaces: () => Iterable<string>;
  /** Those that somebody may be in, or come back to. */
  readonly visited: Recent<string, true>;
  readonly readers: Readers;
}

/** Lets the nodes know what none could find out alone: the namespaces in use, and who some sockets are. */
export class Gossip {
  readonly #options: GossipOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GossipOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tellNamespaces(false), AGAIN).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Tells the others what is in use here, and has them tell theirs. */
  meet(): void {
    this.#tellNamespaces(true);
  }

  /** A namespace is in use here from now on. */
  opened(namespace: string): void {
    // Which each of them has.
    if (namespace !== '/') this.#tell({ namespaces: [namespace] });
  }

  /**
   * Of those that a message was not for, where another node that published it could name only their sockets: so that the node
   * to which one of them comes back knows who it was.
   */
  tellReaders(notFor: readonly string[]): void {
    const readers: Record<string, string> = {};
    for (const id of notFor.slice(0, MOST)) {
      const reader = this.#options.readers.ownUntold(id);
      if (reader !== undefined) readers[id] = reader;
    }
    if (Object.keys(readers).length > 0) this.#tell({ readers });
  }

  /** Takes what another node has told. */
  take({ namespaces, isNew, readers }: Record<string, unknown>): void {
    if (Array.isArray(namespaces))
      for (const name of namespaces) if (typeof name === 'string') this.#options.visited.set(name, true);
    if (isRecord(readers)) {
      for (const [id, reader] of Object.entries(readers))
        if (typeof reader === 'string') this.#options.readers.learn(id, reader);
    }
    if (isNew === true) this.#tellNamespaces(false);
  }

  #tellNamespaces(isNew: boolean): void {
    const namespaces = [...this.#options.namespaces()].filter((name) => name !== '/');
    if (isNew || namespaces.length > 0) this.#tell({ namespaces, isNew });
  }

  /** Whatever gets lost is told again. */
  #tell(what: object): void {
    if (this.#options.broker.state.status === 'ready') this.#options.broker.tell(what).catch(() => {});
  }
}
