import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/broker/broker';
import { message, room, type Start, type TestNode, two } from './contract-support';

export function nodesContract(start: Start): void {
  describe('between nodes', () => {
    it('what one tells, all others hear', async () => {
      const { nodes } = await start(3);
      const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
      await a.broker.tell({ ask: 'who', list: [1, null] });
      for (const other of [b, c]) {
        await other.until(() => other.of('told').length === 1);
        expect(other.of('told')).toEqual([
          { type: 'told', node: a.node, what: { ask: 'who', list: [1, null] } },
        ]);
      }
      expect(a.of('told')).toEqual([]);
    });

    it('each knows all, and has a name of its own', async () => {
      const { nodes } = await start(3);
      const names = nodes.map(({ node }) => node);
      expect(new Set(names).size).toBe(3);
      // Whoever was told something by another knows it.
      for (const { broker } of nodes) await broker.tell('here');
      for (const node of nodes) {
        await node.until(() => node.of('told').length === 2);
        expect([...node.broker.nodes()].sort()).toEqual([...names].sort());
      }
    });

    it('counts are summed up', async () => {
      const { a, b } = await two(start);
      const what = room('count');
      expect(await a.broker.count(what, 1)).toBe(1);
      expect(await b.broker.count(what, 1)).toBe(2);
      expect(await b.broker.count(what, 1)).toBe(3);
      expect(await a.broker.count(what, -1)).toBe(2);
      expect(await a.broker.count(room('count'), 1)).toBe(1);
      await b.broker.stop();
      expect(await a.broker.count(what, 1)).toBe(1);
    });

    it('a claim is one node’s, until it is settled', async () => {
      const { a, b } = await two(start);
      const id = room('claim');
      const mine = await a.broker.claim(id);
      expect(mine.type).toBe('mine');
      expect(await b.broker.claim(id)).toEqual({ type: 'busy' });
      if (mine.type === 'mine') await mine.settle('{"status":"ok"}');
      expect(await b.broker.claim(id)).toEqual({ type: 'done', outcome: '{"status":"ok"}' });
    });

    it('a claim that came to nothing can be claimed again', async () => {
      const { a, b } = await two(start);
      const id = room('claim');
      const mine = await a.broker.claim(id);
      if (mine.type === 'mine') await mine.settle(undefined);
      expect((await b.broker.claim(id)).type).toBe('mine');
    });
  });

  describe('when a node dies without a word', () => {
    it('its users, its counts and its claims are gone', async () => {
      const { cluster, a, b } = await two(start);
      const r = room('presence-r');
      const [what, id] = [room('count'), room('claim')];
      b.broker.enter(r, true);
      await b.broker.join(r, 'both', {});
      await a.broker.join(r, 'both', {});
      await a.broker.join(r, 'a', {});
      await a.broker.count(what, 1);
      await a.broker.claim(id);
      await b.until(() => b.users(r).join() === 'a,both');
      await cluster.kill(a.node);
      await b.until(() => b.users(r).join() === 'both');
      expect(await b.broker.count(what, 1)).toBe(1);
      expect(b.broker.nodes()).toEqual([b.node]);
      let claim = await b.broker.claim(id);
      while (claim.type === 'busy') {
        await new Promise((resolve) => setTimeout(resolve, 50));
        claim = await b.broker.claim(id);
      }
      expect(claim.type).toBe('mine');
    });
  });

  describe('when a node is cut off', () => {
    it('its calls are refused, and it says why', async () => {
      const { cluster, a } = await two(start);
      const r = room('presence-r');
      a.broker.enter(r, true);
      await a.broker.position(r);
      await cluster.cut(a.node);
      await a.until(() => a.broker.state.status === 'down');
      expect(a.broker.state.problem).toEqual(expect.any(String));
      const { broker } = a;
      const calls = [
        broker.publish([r], message(1)),
        broker.publish([r], message(1, { volatile: true })),
        broker.position(r),
        broker.last(r, 1),
        broker.join(r, '7', {}),
        broker.leave(r, '7'),
        broker.roster(r),
        broker.tell('x'),
        broker.count('x', 1),
        broker.claim('x'),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(BrokerError);
    });

    it('it hears what it missed when it is back, in order and once', async () => {
      const { cluster, a, b } = await two(start);
      const [r, p] = [room(), room('presence-r')];
      a.broker.enter(r, false);
      a.broker.enter(p, true);
      await a.broker.roster(p);
      await b.broker.publish([r], message(1));
      await b.broker.join(p, '1', {});
      await a.until(() => a.numbers(r).length === 1 && a.users(p).join() === '1');
      await cluster.cut(a.node);
      await a.until(() => a.broker.state.status === 'down');
      for (const i of [2, 3]) await b.broker.publish([r], message(i));
      await b.broker.leave(p, '1');
      await b.broker.join(p, '2', {});
      await cluster.mend(a.node);
      await a.until(() => a.numbers(r).length === 3 && a.users(p).join() === '2');
      await b.broker.publish([r], message(4));
      await a.until(() => a.numbers(r).length === 4);
      expect(a.numbers(r)).toEqual([1, 2, 3, 4]);
      expect(a.of('gap')).toEqual([]);
      expect(a.broker.state.status).toBe('ready');
    });

    it('what it enters meanwhile it hears when it is back', async () => {
      const { cluster, a, b } = await two(start);
      const r = room();
      await cluster.cut(a.node);
      await a.until(() => a.broker.state.status === 'down');
      a.broker.enter(r, false);
      await cluster.mend(a.node);
      await a.until(() => a.broker.state.status === 'ready');
      await a.broker.position(r);
      await b.broker.publish([r], message(1));
      await a.until(() => a.numbers(r).length === 1);
    });
  });
}
