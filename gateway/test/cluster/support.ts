import { beforeAll, describe, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/support/programs';
import type { Gateway } from '../../src/api';
import type { Broker } from '../../src/broker/broker';
import { MemoryHub } from '../../src/broker/memory-hub';
import type { GatewayOptions } from '../../src/config';
import type { Parts } from '../../src/gateway';
import type { Cluster } from '../broker/contract-support';
import { RedisCluster } from '../broker/redis/cluster';
import { bounds } from '../broker/redis/support';
import { plain, startGateway, type TestClient, token } from '../core/support';
import { BOUNDS } from '../log/support';

export interface Node {
  readonly gateway: Gateway;
  readonly broker: Broker;
  /** Whether it can reach the others. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Taken for dead by the others; `mend` has it come back. */
  drop(): Promise<void>;
}

interface ClusterParts extends Parts {
  /** Messages that are kept of a room. */
  readonly kept?: number;
}

let startLinks = startHub;

/** Defines tests for gateways that are linked by a hub, and the same by Redis. */
export function howeverLinked(define: () => void): void {
  describe('linked by a hub', () => {
    beforeAll(() => {
      startLinks = startHub;
    });
    define();
  });
  describeWith('redis-server', 'linked by Redis', () => {
    beforeAll(() => {
      startLinks = (messages) => RedisCluster.start({ ...bounds, messages });
    });
    define();
  });
}

/** Gateways that are linked. */
export async function startCluster(
  count: number,
  options: GatewayOptions = {},
  { kept = 1_000, ...parts }: ClusterParts = {},
): Promise<Node[]> {
  const links = await startLinks(kept);
  onTestFinished(() => links.end());
  const nodes = Array.from({ length: count }, async (): Promise<Node> => {
    const broker = links.connect();
    const gateway = await startGateway(options, { ...parts, broker });
    const { node } = broker;
    const isReady = () => broker.state.status === 'ready';
    await until(isReady);
    return {
      gateway,
      broker,
      cut: async () => {
        await links.cut(node);
        await until(() => !isReady());
      },
      mend: async () => {
        await links.mend(node);
        await until(isReady);
      },
      drop: () => links.kill(node),
    };
  });
  return Promise.all(nodes);
}

async function startHub(messages: number): Promise<Cluster> {
  const hub = new MemoryHub({ log: { ...BOUNDS, age: 60_000, messages }, repeatsAge: 60_000 });
  return {
    connect: () => hub.connect(),
    kill: async (node) => hub.drop(node),
    cut: async (node) => hub.cut(node),
    mend: async (node) => hub.mend(node),
    end: async () => hub.stop(),
  };
}

/** Two of them. */
export async function pair(options: GatewayOptions = {}, parts: ClusterParts = {}) {
  const [a, b] = (await startCluster(2, options, parts)) as [Node, Node];
  return { a, b };
}

/** A plain client of a user. */
export async function userAt(
  { gateway }: Node,
  id: string,
  namespace = '/',
  name = `User ${id}`,
): Promise<TestClient> {
  return plain(gateway, namespace, { auth: { token: await token({ sub: id, name }) } });
}

/** Resolves when an event has been received so many times. */
export async function times(client: TestClient, event: string, count: number): Promise<unknown[][]> {
  for (;;) {
    const found = client.received.filter(([name]) => name === event);
    if (found.length >= count) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The ids of the members that a presence room has, by a node's gateway. */
export async function members({ gateway }: Node, room: string): Promise<string[]> {
  const entries = await gateway.channel(room).getPresenceData();
  return entries.map(({ user_id }) => user_id).sort();
}

/** Resolves when it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
