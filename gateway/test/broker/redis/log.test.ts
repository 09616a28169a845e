import { expect, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { message, TestNode } from './support';

const room = '/ chat.room.1';

describeWith('redis-server', 'the log of a room in Redis', () => {
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
});
