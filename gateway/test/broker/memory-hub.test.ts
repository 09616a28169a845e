import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../src/broker/memory-hub';
import { BOUNDS } from '../log/support';
import { brokerContract } from './contract';
import { type Cluster, message, room, TestNode } from './contract-support';

const SETTINGS = { log: { ...BOUNDS, age: 60_000 }, repeatsAge: 60_000 };

function clusterOf(hub = new MemoryHub(SETTINGS)): Cluster {
  return {
    connect: () => hub.connect(),
    kill: async (node) => hub.drop(node),
    cut: async (node) => hub.cut(node),
    mend: async (node) => hub.mend(node),
    end: async () => hub.stop(),
  };
}

describe('the hub in memory', () => {
  brokerContract(clusterOf);

  it('tells a gap where what a node missed is gone', async () => {
    const hub = new MemoryHub({ ...SETTINGS, log: { ...BOUNDS, messages: 2 } });
    const a = await new TestNode(hub.connect()).start();
    const b = await new TestNode(hub.connect()).start();
    const r = room();
    a.broker.enter(r, false);
    hub.cut(a.node);
    for (const i of [1, 2, 3]) await b.broker.publish([r], message(i));
    hub.mend(a.node);
    await b.broker.publish([r], message(4));
    await a.until(() => a.of('heard').length === 1);
    const position = await b.broker.position(r);
    expect(a.told.filter(({ type }) => type !== 'state')).toMatchObject([
      { type: 'gap', room: r, position: { ...position, offset: 3 } },
      { type: 'heard', heard: { position: { offset: 4 } } },
    ]);
    hub.stop();
  });

  it('tells a node that was taken for dead that it is forgotten', async () => {
    const hub = new MemoryHub(SETTINGS);
    const a = await new TestNode(hub.connect()).start();
    const b = await new TestNode(hub.connect()).start();
    const r = room('presence-r');
    a.broker.enter(r, true);
    b.broker.enter(r, true);
    await a.broker.join(r, '7', {});
    hub.drop(a.node);
    await b.until(() => b.users(r).length === 0 && b.of('roster').length === 2);
    hub.mend(a.node);
    await a.until(() => a.of('forgotten').length === 1);
    expect(a.users(r)).toEqual([]);
    expect(hub.nodes()).toHaveLength(2);
    hub.stop();
  });

  it('without logs gives no positions, and is heard all the same', async () => {
    const hub = new MemoryHub({ log: undefined, repeatsAge: 60_000 });
    const a = await new TestNode(hub.connect()).start();
    a.broker.enter('/ r', false);
    expect(await a.broker.publish(['/ r'], message(1))).toEqual([undefined]);
    await a.until(() => a.numbers('/ r').length === 1);
    hub.stop();
  });
});
