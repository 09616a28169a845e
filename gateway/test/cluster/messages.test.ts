import { describe, expect, it } from 'vitest';
import type { GapPayload, MessageMeta, Position } from '../../../src/protocol';
import { BrokerError } from '../../src/broker/broker';
import { plain, SECRET, sdk, type TestClient } from '../core/support';
import { join, lose, sdkAs, short } from '../log/support';
import { howeverLinked, type Node, pair, startCluster, times, userAt } from './support';

const data = (messages: readonly unknown[][]) => messages.map(([, first]) => first);

howeverLinked(() => {
  describe('messages between gateways', () => {
    it('reach the members on all of them once, in one order', async () => {
      const nodes = await startCluster(3);
      const clients = await Promise.all(nodes.flatMap(({ gateway }) => [plain(gateway), sdk(gateway)]));
      for (const client of clients) await client.ask('join', 'r');
      const sends = Array.from({ length: 30 }, async (_, i) => {
        if (i % 3 === 0) await (nodes[i % 2] as Node).gateway.broadcast('r', 'm', i).sent;
        else expect(await clients[i % 6]?.ask('m', i)).toEqual({ status: 'ok' });
      });
      await Promise.all(sends);
      (nodes[0] as Node).gateway.broadcast('r', 'end');
      const all = await Promise.all(
        clients.map(async (client) => data((await client.before('end')).filter(([event]) => event === 'm'))),
      );
      const order = await (async () => {
        const late = await sdkAs((nodes[2] as Node).gateway, 'late');
        return data(short((await join(late, 'r', { rewind: 31 })).messages) as unknown[][]).slice(0, 30);
      })();
      expect([...order].sort((a, b) => Number(a) - Number(b))).toEqual([...Array(30).keys()]);
      for (const [index, heard] of all.entries()) {
        const own = new Set(order.filter((i) => Number(i) % 3 !== 0 && Number(i) % 6 === index));
        expect(heard).toEqual(order.filter((i) => !own.has(i)));
      }
    });

    it('carry binary data, several arguments and none', async () => {
      const { a, b } = await pair();
      const [from, to] = [await plain(a.gateway), await plain(b.gateway)];
      await from.ask('join', 'r');
      await to.ask('join', 'r');
      await from.ask('m', Buffer.from([1, 2]), { deep: [Buffer.from([3])] }, 'x');
      await from.ask('none');
      const [[, first, second, third], none] = (await Promise.all([to.next('m'), to.next('none')])) as [
        unknown[],
        unknown[],
      ];
      expect([first, second, third]).toEqual([Buffer.from([1, 2]), { deep: [Buffer.from([3])] }, 'x']);
      expect(none).toEqual(['none']);
    });

    it('to several rooms reach a plain client once, and an SDK client in each', async () => {
      const { a, b } = await pair();
      const from = await plain(a.gateway);
      const [inBoth, inSecond, both] = [await plain(b.gateway), await plain(b.gateway), await sdk(b.gateway)];
      for (const room of ['one', 'two'])
        for (const client of [from, inBoth, both]) await client.ask('join', room);
      await inSecond.ask('join', 'two');
      await from.ask('m', 1);
      a.gateway.broadcast('two', 'end');
      expect(await inBoth.before('end')).toEqual([['m', 1]]);
      expect(await inSecond.before('end')).toEqual([['m', 1]]);
      const metas = (await both.before('end')).map(([, , meta]) => meta as MessageMeta);
      expect(metas.map(({ channel }) => channel)).toEqual(['one', 'two']);
      expect(new Set(metas.map(({ id }) => id)).size).toBe(1);
    });

    it('leave out whom they are not for, here and elsewhere', async () => {
      const { a, b } = await pair();
      const [here, there] = [await plain(a.gateway), await plain(b.gateway)];
      for (const client of [here, there]) await client.ask('join', 'r');
      await a.gateway.broadcast('r', 'm', 1, { except: [here.id, there.id] }).sent;
      a.gateway.broadcast('r', 'end');
      expect(await here.before('end')).toEqual([]);
      expect(await there.before('end')).toEqual([]);
    });

    it('to a user reach all of its connections, in namespaces that only another node uses, too', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const [here, there, elsewhere] = [
        await userAt(a, '7'),
        await userAt(b, '7'),
        await userAt(b, '7', '/x'),
      ];
      await elsewhere.ask('join', 'r');
      await there.ask('toporia:hello', {});
      const { id, sent } = a.gateway.sendToUser(7, 'note', 1, { namespace: '*' });
      await sent;
      for (const client of [here, there, elsewhere]) expect(await client.next('note')).toEqual(['note', 1]);
      expect(id).toEqual(expect.any(String));
    });

    it('are recovered on another node', async () => {
      const { a, b } = await pair();
      const first = await sdkAs(a.gateway, 'c');
      const { position } = await join(first, 'r');
      await lose(a.gateway, first);
      await a.gateway.broadcast('r', 'm', 1).sent;
      await b.gateway.broadcast('r', 'm', 2).sent;
      const back = await sdkAs(b.gateway, 'c');
      const { recovered, messages, position: now } = await join(back, 'r', { since: position });
      expect(recovered).toBe(true);
      expect(short(messages)).toEqual([
        ['m', 1],
        ['m', 2],
      ]);
      expect(now).toEqual({ ...position, offset: position.offset + 2 });
      await a.gateway.broadcast('r', 'm', 3).sent;
      expect(short(await times(back, 'm', 1))).toEqual([['m', 3]]);
    });

    it('are not recovered by whom they were not for, on another node either', async () => {
      const { a, b } = await pair();
      const first = await sdkAs(a.gateway, 'c');
      const { position } = await join(first, 'r');
      await b.gateway.broadcast('r', 'm', 1, { except: first.id }).sent;
      await first.ask('m', 2, { room: 'r' });
      await lose(a.gateway, first);
      const back = await sdkAs(b.gateway, 'c');
      expect(short((await join(back, 'r', { since: position })).messages)).toEqual([]);
    });

    it('that come once more on another node are done once', async () => {
      const { a, b } = await pair();
      let handled = 0;
      for (const { gateway } of [a, b])
        gateway.of('/').on('count', () => {
          handled += 1;
          return { handled, bytes: Buffer.from([handled]) };
        });
      const watcher = await plain(b.gateway);
      await watcher.ask('join', 'r');
      const send = async (client: TestClient) => {
        await client.ask('join', 'r');
        return [
          await client.ask('m', 1, { room: 'r', id: 'id-1' }),
          await client.ask('count', {}, { id: 'id-2' }),
          await client.ask(
            'batch',
            [
              ['m', 2],
              ['m', 3],
            ],
            { id: 'id-3' },
          ),
        ];
      };
      const first = await sdkAs(a.gateway, 'c');
      const replies = await send(first);
      await lose(a.gateway, first);
      expect(await send(await sdkAs(b.gateway, 'c'))).toEqual(replies);
      expect(replies[1]).toEqual({ handled: 1, bytes: Buffer.from([1]) });
      await a.gateway.broadcast('r', 'end').sent;
      expect(await watcher.before('end')).toEqual([
        ['m', 1],
        ['m', 2],
        ['m', 3],
      ]);
    });

    it('and what is volatile, too', async () => {
      const { a, b } = await pair();
      const [from, to] = [await plain(a.gateway), await plain(b.gateway)];
      for (const client of [from, to]) await client.ask('join', 'r');
      expect(await from.ask('typing.started', { user: 1 })).toEqual({ status: 'ok' });
      expect(await to.next('typing.started')).toEqual(['typing.started', { user: 1 }]);
    });
  });

  describe('while the broker can not be reached', () => {
    async function cutOff() {
      const { a, b } = await pair({ api_key: 'key' });
      const [one, two, far] = [await plain(a.gateway), await plain(a.gateway), await plain(b.gateway)];
      for (const client of [one, two, far]) await client.ask('join', 'r');
      await a.cut();
      return { a, b, one, two, far };
    }

    it('what is sent is refused, and says when to try again', async () => {
      const { a, b, one, far } = await cutOff();
      expect(await one.ask('m', 1)).toMatchObject({ error: { code: 'unavailable', retry_after: 1_000 } });
      const { sent } = a.gateway.broadcast('r', 'm', 2);
      await expect(sent).rejects.toThrow(BrokerError);
      await a.mend();
      expect(await one.ask('m', 3)).toEqual({ status: 'ok' });
      b.gateway.broadcast('r', 'end');
      expect(await far.before('end')).toEqual([['m', 3]]);
    });

    it('what is volatile goes on among those who are here', async () => {
      const { one, two } = await cutOff();
      expect(await one.ask('typing.started', {})).toEqual({ status: 'ok' });
      expect(await two.next('typing.started')).toEqual(['typing.started', {}]);
    });

    it('rooms can be joined, but what was missed is asked for later', async () => {
      const { a, one } = await cutOff();
      expect(await one.askAll('join', 'new')).toEqual({ room: 'new' });
      const since = { epoch: 'x', offset: 1 };
      const refused = { error: { code: 'unavailable', retry_after: 1_000 }, room: 'old' };
      expect(await one.askAll('join', { room: 'old', since })).toMatchObject(refused);
      expect(await one.askAll('join', { room: 'old', rewind: 1 })).toMatchObject(refused);
      const c = await sdkAs(a.gateway, 'c');
      expect(await c.ask('toporia:hello', {})).toMatchObject({ protocol: 1 });
    });

    it('what others sent meanwhile comes when it is over', async () => {
      const { a, b, one, two } = await cutOff();
      await b.gateway.broadcast('r', 'm', 1).sent;
      await a.mend();
      await b.gateway.broadcast('r', 'end').sent;
      expect(await one.before('end')).toEqual([['m', 1]]);
      expect(await two.before('end')).toEqual([['m', 1]]);
    });

    it('members are told of a gap where that is gone', async () => {
      const { a, b } = await pair({}, { kept: 2 });
      const [simple, own] = [await plain(a.gateway), await sdkAs(a.gateway, 'c')];
      await simple.ask('join', 'r');
      const { position } = await join(own, 'r');
      await a.cut();
      for (const i of [1, 2, 3]) await b.gateway.broadcast('r', 'm', i).sent;
      await a.mend();
      await b.gateway.broadcast('r', 'end').sent;
      // What is left of it may come all the same, after the gap.
      const [[, gap], ...rest] = (await simple.before('end')) as [[string, GapPayload], ...unknown[][]];
      const { epoch, offset } = gap.position;
      expect(gap.channel).toBe('r');
      expect(epoch).toBe(position.epoch);
      expect(offset).toBeGreaterThan(position.offset);
      expect(data(rest)).toEqual([1, 2, 3].slice(offset - position.offset));
      const [first, ...others] = await own.before('end');
      expect(first).toEqual(['toporia:gap', gap, gap]);
      expect(data(others)).toEqual(data(rest));
      const [, , meta] = await own.next('end');
      expect((meta as { position: Position }).position.offset).toBe(position.offset + 4);
    });
  });
});
