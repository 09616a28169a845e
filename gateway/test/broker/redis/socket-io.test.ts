import { expect, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { client, node, reaches } from './socket-io-support';
import { redisSettings } from './support';

describeWith('redis-server', 'what a program does with the Socket.IO server', () => {
  test('reaches all nodes, from before Redis is there to after it was restarted', async () => {
    await using redis = await RedisServer.reserve();
    const [one, two] = [await node(redisSettings(redis.port)), await node(redisSettings(redis.port))];
    const socket = await client(two.url);
    // Alone, each serves its own.
    await reaches(two.io, socket, 'alone');
    await redis.start();
    await reaches(one.io, socket, 'first');
    const ids = async () => (await one.io.fetchSockets()).map(({ id }) => id);
    // What asks goes another way, which may be there a moment later.
    await expect.poll(ids).toEqual([socket.id]);
    await redis.kill();
    await reaches(two.io, socket, 'alone again');
    await redis.start();
    await reaches(one.io, socket, 'again');
  });

  test('ends while Redis is gone', async () => {
    await using redis = await RedisServer.reserve();
    await node(redisSettings(redis.port));
  });
});
