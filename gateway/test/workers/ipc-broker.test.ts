import { describe, expect, it } from 'vitest';
import type { FromNode, ToNode } from '../../src/workers/broker-messages';
import { type HostedNode, HubHost } from '../../src/workers/hub-host';
import { IpcBroker } from '../../src/workers/ipc-broker';
import { brokerContract } from '../broker/contract';
import { type Cluster, message, room, TestNode } from '../broker/contract-support';
import { BOUNDS } from '../log/support';

/** As messages between processes go: later, in order, and as a copy of what has no functions. */
function carrier<T>(hear: (message: T) => void): (message: T) => void {
  return (message) => {
    const copy = structuredClone(message);
    setImmediate(() => hear(copy));
  };
}

/** Workers without processes of their own. */
function clusterOf(grace = 0): Cluster {
  const host = new HubHost({ log: { ...BOUNDS, age: 60_000 }, repeatsAge: 60_000, grace });
  const nodes = new Map<string, HostedNode>();
  let made = 0;
  const connect = () => {
    made += 1;
    const name = `worker.${made}`;
    const toWorker = carrier((what: ToNode) => broker.heard(what));
    const open = carrier((node: string) => nodes.set(node, host.open(node, toWorker)));
    const tell = carrier((what: FromNode) => {
      const node = nodes.get(name);
      if (what.do === 'stop') lose(name);
      else node?.heard(what);
    });
    const broker: IpcBroker = new IpcBroker(name, { open, tell });
    return broker;
  };
  const lose = (name: string) => {
    const node = nodes.get(name);
    nodes.delete(name);
    if (node) host.lose(node);
  };
  return {
    connect,
    kill: async (node) => lose(node),
    cut: async (node) => {
      while (!nodes.has(node)) await new Promise(setImmediate);
      host.hub.cut(node);
    },
    mend: async (node) => host.hub.mend(node),
    end: async () => host.stop(),
  };
}

describe('the broker of a worker', () => {
  brokerContract(() => clusterOf());

  it('leaves the users of a worker that died in the rosters for a while', async () => {
    const cluster = clusterOf(60_000);
    const a = await new TestNode(cluster.connect()).start();
    const b = await new TestNode(cluster.connect()).start();
    const r = room('presence-r');
    b.broker.enter(r, true);
    await a.broker.join(r, '7', { name: 'Seven' });
    await b.until(() => b.users(r).length === 1);
    await cluster.kill(a.node);
    await b.broker.publish([r], message(1));
    await b.until(() => b.numbers(r).length === 1);
    expect(b.users(r)).toEqual(['7']);
    expect(b.broker.nodes()).toEqual([b.node]);
    // There is one user less to count, all the same.
    expect(await b.broker.count('connections of 7', 1)).toBe(1);
    await cluster.end();
  });
});
