import type { Nginx } from '../support/nginx';
import { RedisServer } from '../support/redis-server';
import { startFront } from './front';
import { GatewayNode } from './gateway-node';

export interface ClusterOptions {
  nodes?: number;
  workers?: number;
  /** Settings of Redis; `false` for one node that does without. */
  redis?: Readonly<Record<string, string>> | false;
}

/** Gateway nodes with a Redis behind them and an nginx before them, all of them processes. */
export class Cluster implements AsyncDisposable {
  private constructor(
    private readonly server: RedisServer | undefined,
    readonly nodes: readonly GatewayNode[],
    readonly nginx: Nginx,
  ) {}

  static async start({ nodes = 3, workers = 2, redis = {} }: ClusterOptions = {}): Promise<Cluster> {
    const server = redis === false ? undefined : await RedisServer.start(redis);
    const started = await Promise.all(
      Array.from({ length: nodes }, () => GatewayNode.start({ workers, redis: server?.port })),
    );
    return new Cluster(server, started, await startFront(started.map(({ port }) => port)));
  }

  get url(): string {
    return this.nginx.url;
  }

  get redis(): RedisServer {
    if (!this.server) throw new Error('this cluster has no Redis');
    return this.server;
  }

  node(index: number): GatewayNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nginx[Symbol.asyncDispose]();
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    await this.server?.[Symbol.asyncDispose]();
  }
}
