import { setTimeout as after } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Gateway } from '../../gateway/src/api';
import type { GatewayOptions } from '../../gateway/src/config';
import { createGateway } from '../../gateway/src/gateway';
import { unusedPort } from '../support/unused-port';

export interface Node {
  readonly gateway: Gateway;
  readonly port: number;
  /** Whether a client is connected to this one. */
  has(client: { getId(): string | undefined }): boolean;
}

/** Two gateways behind a proxy, which know nothing of each other. They take `work`, and end with the test. */
export class NodePair {
  readonly #nodes: Node[] = [];
  /** What `work` was done, on either. */
  readonly done: unknown[] = [];
  /** How many clients each gateway had when it was restarted. */
  readonly restarts: { clients: number }[] = [];

  private constructor(private readonly options: GatewayOptions) {}

  static async start(options: GatewayOptions = {}): Promise<NodePair> {
    const pair = new NodePair({ trust_proxy: 1, shutdown_timeout: 1_000, ...options });
    for (let n = 0; n < 2; n++) pair.#nodes.push(await pair.#listen(await unusedPort()));
    onTestFinished(async () => {
      await Promise.all(pair.#nodes.map(({ gateway }) => gateway.close()));
    });
    return pair;
  }

  get ports(): number[] {
    return this.#nodes.map(({ port }) => port);
  }

  /** The one with more clients first. */
  byLoad(): [Node, Node] {
    const load = ({ gateway }: Node) => gateway.stats().connections;
    return [...this.#nodes].sort((a, b) => load(b) - load(a)) as [Node, Node];
  }

  /** Closes one, and starts another in its place. */
  async restart(index: number): Promise<void> {
    const { gateway, port } = this.#nodes[index] as Node;
    this.restarts.push({ clients: gateway.stats().connections });
    await gateway.close();
    this.#nodes[index] = await this.#listen(port);
  }

  async #listen(port: number): Promise<Node> {
    const gateway = createGateway({ host: '127.0.0.1', port, ...this.options });
    gateway.of('/').on('work', async (what) => {
      this.done.push(what);
      await after(Math.random() * 30);
      return what;
    });
    await gateway.listen();
    const has: Node['has'] = (client) => gateway.io.sockets.sockets.has(client.getId() ?? '');
    return { gateway, port, has };
  }
}
