import { expect, test } from 'vitest';
import { FaultyProxy } from '../../../../test/faults/faulty-proxy';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { BrokerError } from '../../../src/broker/broker';
import { message, TestNode } from './support';

const room = '/ chat.room.1';
const quick = { timing: { heartbeat: 200, deadAfter: 1_500 } };
const portOf = (proxy: FaultyProxy) => Number(new URL(proxy.url).port);

describeWith('redis-server', 'a Redis that is not there', () => {
  test('is waited for, said once, and used as soon as it comes', async () => {
    await using redis = await RedisServer.reserve();
    const lines: string[] = [];
    const note = (_: object, line: string) => void lines.push(line);
    const logger = { debug: note, info: note, warn: note, error: note };
    await using node = new TestNode(redis.port, {}, { logger });
    node.broker.start(node);
    node.broker.enter(room, false);
    await node.until(() => node.states.length > 0);
    const problem = `nothing listens at 127.0.0.1:${redis.port} (redis.host, REDIS_HOST, redis.port, REDIS_PORT)`;
    expect(node.broker.state).toEqual({ status: 'connecting', problem });
    await expect(node.broker.publish([room], message('1'))).rejects.toMatchObject({
      name: 'BrokerError',
      maybeDone: false,
      message: expect.stringContaining(problem),
    });
    await redis.start();
    await node.until(() => node.broker.state.status === 'ready');
    await node.broker.position(room);
    await node.broker.publish([room], message('2'));
    await node.until(() => node.messages.length === 1);
    expect(lines).toEqual([`waiting for Redis: ${problem}`]);
    expect(node.timesForgotten).toBe(0);
  });

  test('and is back with all that it had: a gap, and what was missed all the same', async () => {
    await using redis = await RedisServer.start({ appendonly: 'yes', appendfsync: 'always' });
    await using proxy = await FaultyProxy.start(redis.port);
    await using cut = await TestNode.start(portOf(proxy));
    await using node = await TestNode.start(redis.port);
    for (const each of [cut, node]) await each.enter(room);
    await node.broker.publish([room], message('1'));
    await cut.until(() => cut.messages.length === 1);
    proxy.weather = { offline: true };
    proxy.cut();
    await cut.until(() => cut.broker.state.status === 'down');
    const [last] = await node.broker.publish([room], message('2'));
    await node.until(() => node.messages.length === 2);

    await redis.kill();
    await node.until(() => node.broker.state.status === 'down');
    await redis.start();
    proxy.heal();
    for (const each of [cut, node]) {
      await each.until(() => each.broker.state.status === 'ready' && each.gaps.length === 1);
      expect(each.timesForgotten).toBe(1);
    }
    const [third] = await node.broker.publish([room], message('3'));
    for (const each of [cut, node]) await each.until(() => each.heardOf(room).includes('3'));
    expect(cut.heardOf(room)).toEqual(['1', '2', '3']);
    expect(node.heardOf(room)).toEqual(['1', '2', '3']);
    expect(third?.offset).toBe(3);
    expect(third?.epoch).not.toBe(last?.epoch);
    expect(cut.gaps[0]?.[1]).toEqual({ epoch: third?.epoch, offset: 1 });
    expect(node.gaps[0]?.[1]).toEqual({ epoch: third?.epoch, offset: 2 });
  });

  test('and is back with nothing: a gap, and a log that begins anew', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    await node.enter(room);
    const presence = '/ presence-room';
    await node.enter(presence, true);
    await node.broker.join(presence, '7', { name: 'Ann' });
    const [first] = await node.broker.publish([room], message('1'));
    await node.until(() => node.messages.length === 1);
    await redis.kill();
    await node.until(() => node.broker.state.status === 'down');
    await redis.start();
    await node.until(() => node.timesForgotten === 1 && node.gaps.length === 2);
    const [second] = await node.broker.publish([room], message('2'));
    expect(second).toEqual({ epoch: expect.not.stringContaining(first?.epoch ?? ''), offset: 1 });
    await node.until(() => node.messages.length === 2);
    await node.broker.join(presence, '7', { name: 'Ann' });
    expect([...(await node.broker.roster(presence)).members.keys()]).toEqual(['7']);
  });

  test('and is back with its rosters, in which those who are gone by then are not left', async () => {
    await using redis = await RedisServer.start({ appendonly: 'yes', appendfsync: 'always' });
    await using node = await TestNode.start(redis.port);
    const presence = '/ presence-room';
    await node.enter(presence, true);
    for (const user of ['1', '2']) await node.broker.join(presence, user, {});
    await redis.kill();
    await node.until(() => node.broker.state.status === 'down');
    await redis.start();
    await node.until(() => node.timesForgotten === 1);
    await node.broker.join(presence, '1', {});
    await node.until(() => node.changes.some(([, { type, user }]) => type === 'left' && user === '2'));
    expect([...(await node.broker.roster(presence)).members.keys()]).toEqual(['1']);
    expect(node.changes.filter(([, { user }]) => user === '1')).toHaveLength(1);
  });

  test('keeps nothing waiting: what was under way is refused, unless it may be tried again', async () => {
    await using redis = await RedisServer.start();
    await using proxy = await FaultyProxy.start(redis.port);
    await using node = await TestNode.start(portOf(proxy));
    await using other = await TestNode.start(redis.port);
    await other.enter(room);
    // What is written arrives, and no answer comes back.
    proxy.weather = { blackHole: 'down' };
    const lost = node.broker.publish([room], message('lost')).catch((error: unknown) => error);
    const once = node.broker.publish([room], message('once', { once: true }));
    await other.until(() => other.messages.length === 2);
    proxy.cut();
    expect(await lost).toMatchObject({ name: 'BrokerError', maybeDone: true });
    expect(await lost).toBeInstanceOf(BrokerError);
    proxy.heal();
    expect((await once)[0]?.offset).toBe(2);
    await other.broker.publish([room], message('end'));
    await other.until(() => other.messages.length >= 3);
    expect(other.heardOf(room)).toEqual(['lost', 'once', 'end']);
  });

  test('that answers no more is taken for gone', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port, {}, quick);
    redis.freeze();
    const lost = node.broker.publish([room], message('1')).catch((error: unknown) => error);
    await node.until(() => node.broker.state.status === 'down');
    expect(node.broker.state.problem).toContain('gives no answer within 5 s');
    expect(await lost).toMatchObject({ maybeDone: true });
    redis.thaw();
    await node.until(() => node.broker.state.status === 'ready');
  });
});

describeWith('redis-server', 'a node that the others took for dead', () => {
  test('is told so, and is another to the rosters from then on', async () => {
    await using redis = await RedisServer.start();
    await using proxy = await FaultyProxy.start(redis.port);
    await using node = await TestNode.start(portOf(proxy), {}, quick);
    await using other = await TestNode.start(redis.port, {}, quick);
    const presence = '/ presence-room';
    for (const each of [node, other]) await each.enter(presence, true);
    for (const user of ['1', '2', '3']) await node.broker.join(presence, user, {});
    await other.broker.join(presence, '3', {});
    const left = () => other.changes.filter(([, { type }]) => type === 'left').map(([, { user }]) => user);

    proxy.weather = { offline: true };
    proxy.cut();
    await other.until(() => left().length === 2);
    expect(left().sort()).toEqual(['1', '2']);
    expect(other.broker.nodes()).toEqual([other.broker.node]);
    proxy.heal();
    await node.until(() => node.timesForgotten === 1 && node.broker.state.status === 'ready');
    await node.broker.join(presence, '1', {});
    const { members } = await other.broker.roster(presence);
    expect([...members.keys()].sort()).toEqual(['1', '3']);
    await node.until(() => node.pages.at(-1)?.[1].members.has('3') === true);
  });

  test('leaves nobody in a roster that nobody looked at meanwhile', async () => {
    await using redis = await RedisServer.start();
    await using proxy = await FaultyProxy.start(redis.port);
    await using node = await TestNode.start(portOf(proxy), {}, quick);
    await using other = await TestNode.start(redis.port, {}, quick);
    const presence = '/ presence-room';
    await node.broker.join(presence, '1', {});
    await node.broker.tell('here');
    await other.until(() => other.broker.nodes().length === 2);
    proxy.weather = { offline: true };
    proxy.cut();
    while (other.broker.nodes().length > 1) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await other.broker.roster(presence)).members.size).toBe(0);
    await using third = await TestNode.start(redis.port, {}, quick);
    expect((await third.broker.roster(presence)).members.size).toBe(0);
  });

  test('still has left those who left while it was cut off', async () => {
    await using redis = await RedisServer.start();
    await using proxy = await FaultyProxy.start(redis.port);
    await using node = await TestNode.start(portOf(proxy));
    await using other = await TestNode.start(redis.port);
    const presence = '/ presence-room';
    await other.enter(presence, true);
    for (const user of ['1', '2']) await node.broker.join(presence, user, {});
    proxy.weather = { offline: true };
    proxy.cut();
    await node.until(() => node.broker.state.status === 'down');
    await expect(node.broker.leave(presence, '1')).rejects.toThrow(BrokerError);
    proxy.heal();
    await other.until(() => other.changes.some(([, { type }]) => type === 'left'));
    expect([...(await other.broker.roster(presence)).members.keys()]).toEqual(['2']);
    expect(node.timesForgotten).toBe(0);
  });
});
