import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { bounds, message, TestNode } from './support';

const room = '/ chat.room.1';

describeWith('redis-server', 'the log of a room in Redis', () => {
  test('can be read by a node that has only just started', async () => {
    await using redis = await RedisServer.start();
    await using node = new TestNode(redis.port);
    node.broker.start(node);
    await node.enter(room);
    const [position] = await node.broker.publish([room], message('1'));
    await node.until(() => node.messages.length === 1);
    expect(position?.offset).toBe(1);
  });

  test('every node hears what any of them publishes, in one order, at contiguous positions', async () => {
    await using redis = await RedisServer.start();
    await using one = await TestNode.start(redis.port);
    await using two = await TestNode.start(redis.port);
    await using three = await TestNode.start(redis.port);
    const nodes = [one, two, three];
    for (const node of nodes) await node.enter(room);

    const all = nodes.flatMap(({ broker }, node) =>
      Array.from({ length: 200 }, (_, number) => broker.publish([room], message(`${node}.${number}`))),
    );
    const positions = await Promise.all(all);
    for (const node of nodes) await node.until(() => node.messages.length === 600);

    expect(two.heardOf(room)).toEqual(one.heardOf(room));
    expect(three.heardOf(room)).toEqual(one.heardOf(room));
    const offsets = one.messages.map(({ position }) => position?.offset);
    expect(offsets).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    expect(
      positions
        .flat()
        .map((position) => position?.offset)
        .sort((a = 0, b = 0) => a - b),
    ).toEqual(offsets);
    expect(one.heardOf(room).filter((id) => id.startsWith('1.'))).toEqual(
      Array.from({ length: 200 }, (_, number) => `1.${number}`),
    );
  });

  test('holds so many messages, and so many bytes', async () => {
    await using redis = await RedisServer.start();
    const few = { bounds: { age: 120_000, messages: 3, bytes: 2_000 } };
    await using node = await TestNode.start(redis.port, {}, few);
    const begin = await node.broker.position(room);
    for (const id of ['1', '2', '3', '4']) await node.broker.publish([room], message(id));
    const page = await node.broker.last(room, 100);
    expect(page.messages?.map(({ id }) => id)).toEqual(['2', '3', '4']);
    expect(page.position).toEqual({ ...begin, offset: 4 });
    expect((await node.broker.since(room, begin)).messages).toBeUndefined();
    const second = await node.broker.since(room, { ...begin, offset: 1 });
    expect(second.messages?.map(({ id }) => id)).toEqual(['2', '3', '4']);

    await node.broker.publish([room], message('5', {}, 'x'.repeat(1_850)));
    expect((await node.broker.last(room, 100)).messages?.map(({ id }) => id)).toEqual(['5']);
    await node.broker.publish([room], message('6', {}, 'x'.repeat(5_000)));
    expect(await node.broker.last(room, 100)).toEqual({ position: { ...begin, offset: 6 }, messages: [] });
  });

  test('holds messages for so long, and its place for longer', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port, {}, { bounds: { ...bounds, age: 50 } });
    await node.broker.publish([room], message('1'));
    const { position } = await node.broker.last(room, 1);
    let page = await node.broker.last(room, 1);
    while (page.messages?.length !== 0) page = await node.broker.last(room, 1);
    expect(page.position).toEqual(position);
    expect(await node.broker.publish([room], message('2'))).toEqual([{ ...position, offset: 2 }]);
  });

  test('leaves nothing in Redis for good', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    const presence = '/ns presence-room.{1}';
    await node.enter(room);
    await node.enter(presence, true);
    await node.broker.publish([room, presence], message('1', { once: true }));
    await node.broker.join(presence, '7', {});
    await node.broker.count('connections', 1);
    await node.broker.claim('a claim');
    const client = new Redis(redis.port);
    try {
      const keys = await client.keys('*');
      expect(keys.sort()).toEqual([
        'realtime-nodes',
        'realtime-nodes:claim:a claim',
        'realtime-nodes:count:connections',
        'realtime:/ns presence-room.%7B1%7D',
        'realtime:chat.room.1',
        ...['id:1', 'log', 'places', 'roster', 'shares', 'version'].map(
          (name) => `{realtime:/ns presence-room.%7B1%7D}:${name}`,
        ),
        '{realtime:chat.room.1}:id:1',
        '{realtime:chat.room.1}:log',
      ]);
      for (const key of keys)
        expect([key, await client.pttl(key)]).toEqual([key, expect.toSatisfy((ttl) => ttl > 0)]);
      await node.broker.stop();
      expect(await client.zcard('realtime-nodes')).toBe(0);
      expect(await client.hlen('{realtime:/ns presence-room.%7B1%7D}:roster')).toBe(0);
    } finally {
      client.disconnect();
    }
  });

  test('that was deleted is a gap', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    await node.enter(room);
    const [before] = await node.broker.publish([room], message('1'));
    const client = new Redis(redis.port);
    await client.del('realtime:chat.room.1');
    client.disconnect();
    const [after] = await node.broker.publish([room], message('2'));
    await node.until(() => node.messages.length === 2);
    expect(after?.offset).toBe(1);
    expect(after?.epoch).not.toBe(before?.epoch);
    expect(node.gaps).toEqual([[room, { ...after, offset: 0 }]]);
    expect(node.heardOf(room)).toEqual(['1', '2']);
  });
});
