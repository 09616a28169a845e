import type { Namespace } from 'socket.io';
import { ClusterAdapterWithHeartbeat, type ClusterMessage, type ClusterResponse } from 'socket.io-adapter';

type Spread = (what: unknown) => void;

/** Another worker's adapter says something, to all or to one of them. */
interface Said {
  readonly nsp: string;
  /** Whom it is for, where it is an answer. */
  readonly requester?: string;
}

/** The Socket.IO adapters of one gateway's namespaces, which speak with those of the other workers by way of the primary. */
export class WorkerAdapters {
  readonly #open = new Map<string, WorkerAdapter>();
  readonly #spread: Spread;

  constructor(spread: Spread) {
    this.#spread = spread;
  }

  /** What Socket.IO makes the adapter of a namespace with. */
  get create() {
    const make = (namespace: Namespace) => this.#make(namespace);
    // Socket.IO calls it by `new`, which an arrow function does not take.
    function adapter(namespace: Namespace): WorkerAdapter {
      return make(namespace);
    }
    return adapter;
  }

  hear(what: unknown): void {
    const { nsp } = what as Said;
    this.#open.get(nsp)?.hear(what);
  }

  #make(namespace: Namespace): WorkerAdapter {
    const adapter = new WorkerAdapter(namespace, this.#spread, () => {
      if (this.#open.get(namespace.name) === adapter) this.#open.delete(namespace.name);
    });
    this.#open.set(namespace.name, adapter);
    return adapter;
  }
}

/** Socket.IO's own adapter for clusters: only how it reaches the others is ours. */
class WorkerAdapter extends ClusterAdapterWithHeartbeat {
  readonly #spread: Spread;
  readonly #closed: () => void;

  constructor(namespace: Namespace, spread: Spread, closed: () => void) {
    super(namespace, {});
    this.#spread = spread;
    this.#closed = closed;
  }

  override close(): void {
    super.close();
    this.#closed();
  }

  hear(what: unknown): void {
    const { requester } = what as Said;
    if (requester === undefined) this.onMessage(what as ClusterMessage);
    else if (requester === this.uid) this.onResponse(what as ClusterResponse);
  }

  protected override async doPublish(message: ClusterMessage): Promise<string> {
    this.#spread(message);
    return '';
  }

  protected override async doPublishResponse(requester: string, response: ClusterResponse): Promise<void> {
    this.#spread({ ...response, requester });
  }
}
