import { onTestFinished } from 'vitest';
import type { Gateway } from '../../src/api';
import type { Broker } from '../../src/broker/broker';
import { type HubSettings, MemoryHub } from '../../src/broker/memory-hub';
import type { GatewayOptions } from '../../src/config';
import type { Parts } from '../../src/gateway';
import { plain, startGateway, type TestClient, token } from '../core/support';
import { BOUNDS } from '../log/support';

export interface Node {
  readonly gateway: Gateway;
  readonly broker: Broker;
  /** Whether it can reach the others. */
  cut(): void;
  mend(): void;
  /** Taken for dead by the others; `mend` has it come back. */
  drop(): void;
}

/** Gateways that are linked by one hub. */
export async function startCluster(
  count: number,
  options: GatewayOptions = {},
  { hub: settings, ...parts }: Parts & { hub?: Partial<HubSettings> } = {},
): Promise<Node[]> {
  const hub = new MemoryHub({ log: { ...BOUNDS, age: 60_000 }, repeatsAge: 60_000, ...settings });
  onTestFinished(() => hub.stop());
  const nodes = Array.from({ length: count }, async (): Promise<Node> => {
    const broker = hub.connect();
    const gateway = await startGateway(options, { ...parts, broker });
    return {
      gateway,
      broker,
      cut: () => hub.cut(broker.node),
      mend: () => hub.mend(broker.node),
      drop: () => hub.drop(broker.node),
    };
  });
  return Promise.all(nodes);
}

/** Two of them. */
export async function pair(...args: [GatewayOptions?, (Parts & { hub?: Partial<HubSettings> })?]) {
  const [a, b] = (await startCluster(2, ...args)) as [Node, Node];
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
