import { onTestFinished } from 'vitest';
import { messagesContract } from './contract-messages';
import { nodesContract } from './contract-nodes';
import { rostersContract } from './contract-rosters';
import { type Cluster, type Start, TestNode } from './contract-support';

/** What every broker has to hold to. `make` gives a cluster without nodes. */
export function brokerContract(make: () => Cluster | Promise<Cluster>): void {
  const start: Start = async (count) => {
    const cluster = await make();
    const nodes = Array.from({ length: count }, () => new TestNode(cluster.connect()));
    onTestFinished(async () => {
      await Promise.all(nodes.map(({ broker }) => broker.stop()));
      await cluster.end();
    });
    await Promise.all(nodes.map((node) => node.start()));
    return { cluster, nodes };
  };
  messagesContract(start);
  rostersContract(start);
  nodesContract(start);
}
