import { FaultyProxy } from '../../../../test/faults/faulty-proxy';
import { RedisServer } from '../../../../test/support/redis-server';
import { RedisBroker } from '../../../src/broker/redis/redis-broker';
import { silentLogger } from '../../../src/logger';
import type { Cluster } from '../contract-support';
import { bounds, redisSettings } from './support';

const TIMING = { heartbeat: 250, deadAfter: 2_500 };

/** Nodes on a Redis of their own, each behind a proxy that can cut it off. */
export class RedisCluster implements Cluster {
  readonly #nodes = new Map<string, { broker: RedisBroker; proxy: FaultyProxy }>();
  readonly #proxies: FaultyProxy[];

  private constructor(
    readonly redis: RedisServer,
    proxies: readonly FaultyProxy[],
    readonly kept: typeof bounds,
  ) {
    this.#proxies = [...proxies];
  }

  static async start(kept = bounds): Promise<RedisCluster> {
    const redis = await RedisServer.start();
    // No test of the contract has more nodes.
    const proxies = await Promise.all([1, 2, 3].map(() => FaultyProxy.start(redis.port)));
    return new RedisCluster(redis, proxies, kept);
  }

  connect(): RedisBroker {
    const proxy = this.#proxies[this.#nodes.size] as FaultyProxy;
    const broker = new RedisBroker({
      redis: redisSettings(Number(new URL(proxy.url).port)),
      bounds: this.kept,
      repeatsAge: 300_000,
      logger: silentLogger,
      timing: TIMING,
    });
    this.#nodes.set(broker.node, { broker, proxy });
    return broker;
  }

  async kill(node: string): Promise<void> {
    await this.cut(node);
    const others = [...this.#nodes.values()].filter(({ broker }) => broker.node !== node);
    while (others.some(({ broker }) => broker.nodes().includes(node))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async cut(node: string): Promise<void> {
    const proxy = this.#proxyOf(node);
    proxy.weather = { offline: true };
    proxy.cut();
  }

  async mend(node: string): Promise<void> {
    this.#proxyOf(node).heal();
  }

  async end(): Promise<void> {
    for (const proxy of this.#proxies) await proxy[Symbol.asyncDispose]();
    await this.redis[Symbol.asyncDispose]();
  }

  #proxyOf(node: string): FaultyProxy {
    const { proxy } = this.#nodes.get(node) ?? {};
    if (!proxy) throw new Error(`There is no node ${node}.`);
    return proxy;
  }
}
