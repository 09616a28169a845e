import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/** A connection through the front: the client's side and the gateway's. */
interface Pair {
  client: Socket;
  gateway: Socket;
  /** What happened while frozen, in order, to be passed on afterwards. */
  held: (() => void)[];
}

/** A TCP proxy that keeps one address while what is behind it fails in the ways that networks do. */
export class TcpFront {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #frozen = false;
  /** Port of the gateway; `undefined` while there is none. */
  #target: number | undefined;

  constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Lets connections through to this port; `undefined` turns new ones away. */
  forwardTo(port: number | undefined): void {
    this.#target = port;
  }

  /** Cuts all connections, on both sides, without a word. */
  drop(): void {
    for (const { client, gateway } of this.#pairs) {
      client.destroy();
      gateway.destroy();
    }
    this.#pairs.clear();
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** From now on bytes are taken and kept, in both directions, and connections accepted. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Passes on what was kept, and what comes. */
  unfreeze(): void {
    this.#frozen = false;
    for (const pair of this.#pairs) {
      for (const happened of pair.held.splice(0)) happened();
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.drop();
    });
  }

  #accept(client: Socket): void {
    if (this.#target === undefined) {
      client.on('error', () => {});
      client.destroy();
      return;
    }
    const gateway = dial({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair: Pair = { client, gateway, held: [] };
    this.#pairs.add(pair);
    this.#pass(pair, client, gateway);
    this.#pass(pair, gateway, client);
  }

  /** Hands everything that happens on one side to the other. */
  #pass(pair: Pair, from: Socket, to: Socket): void {
    const happens = (what: () => void) => {
      if (this.#frozen) pair.held.push(what);
      else what();
    };
    from.on('data', (chunk) => happens(() => to.write(chunk)));
    from.on('end', () => happens(() => to.end()));
    from.on('error', () => {});
    from.on('close', () =>
      happens(() => {
        // What came before the end still has to arrive.
        to.destroySoon();
        this.#pairs.delete(pair);
      }),
    );
  }
}
