import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { Daemon } from '../../../../test/support/daemon';
import { describeWith, program } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { unusedPort } from '../../../../test/support/unused-port';
import { temporaryFolder } from '../../edge/support';
import { reaches, client as socketIoClient, node as socketIoNode } from './socket-io-support';
import { message, redisSettings, TestNode } from './support';

/** Three primaries that share the slots. */
async function startCluster(): Promise<string[]> {
  const servers = await Promise.all(
    [0, 1, 2].map(async () =>
      RedisServer.start({ 'cluster-enabled': 'yes', 'cluster-port': `${await unusedPort()}` }),
    ),
  );
  onTestFinished(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  });
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  const cli = join(program('redis-server').path, '..', 'redis-cli');
  execFileSync(cli, ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'ignore' });
  for (const { port } of servers) {
    const client = new Redis(port);
    while (!String(await client.cluster('INFO')).includes('cluster_state:ok')) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    client.disconnect();
  }
  return addresses;
}

describeWith('redis-server', 'a Redis Cluster', () => {
  test('links nodes as one Redis does', async () => {
    const cluster = await startCluster();
    await using one = await TestNode.start(0, { cluster });
    await using two = await TestNode.start(0, { cluster });
    // Of all three slots' owners, almost surely.
    const rooms = Array.from({ length: 12 }, (_, number) => `/ presence-room.${number}`);
    for (const node of [one, two]) for (const room of rooms) await node.enter(room, true);
    for (const room of rooms) {
      await one.broker.publish([room], message(`${room} 1`, { once: true }));
      await two.broker.publish([room], message(`${room} 2`, { volatile: true }));
      await two.broker.join(room, '7', { name: 'Ann' });
    }
    await one.broker.publish(rooms, message('all'));
    for (const node of [one, two]) {
      await node.until(() => node.messages.length === 36 && node.changes.length === 12);
      for (const room of rooms) expect(node.heardOf(room)).toEqual([`${room} 1`, `${room} 2`, 'all']);
    }
    expect((await one.broker.last(rooms[0] as string, 5)).messages?.map(({ id }) => id)).toEqual([
      `${rooms[0]} 1`,
      'all',
    ]);
    await one.broker.tell('hello');
    await two.until(() => two.tellings.length === 1);
    expect(await one.broker.count('x', 1)).toBe(1);
    expect(await two.broker.count('x', 1)).toBe(2);
    expect((await one.broker.claim('y')).type).toBe('mine');
    expect((await two.broker.claim('y')).type).toBe('busy');

    const client = new Redis.Cluster([{ host: '127.0.0.1', port: Number(cluster[0]?.split(':')[1]) }]);
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    const json = (id: string) => JSON.stringify({ id, event: 'message.sent', data: 1 });
    await client.publish('realtime:presence-room.1', json('published'));
    await client.xadd('realtime:presence-room.2', '*', 'payload', json('appended'));
    for (const node of [one, two]) {
      await node.until(() => node.messages.length === 38);
      expect(node.heardOf('/ presence-room.1').at(-1)).toBe('published');
      expect(node.heardOf('/ presence-room.2').at(-1)).toBe('appended');
    }
    expect(one.gaps).toEqual([]);
    await two.broker.stop();
    await one.until(() => one.changes.length === 24);

    const settings = redisSettings(0, { cluster });
    const [sender, receiver] = [await socketIoNode(settings), await socketIoNode(settings)];
    const socket = await socketIoClient(receiver.url);
    await reaches(sender.io, socket, 'event');
    await expect.poll(() => sender.io.fetchSockets()).toHaveLength(1);
  });
});

describeWith('redis-server', 'Sentinels', () => {
  test('say which Redis is the primary, also when that is another', async () => {
    await using first = await RedisServer.start();
    await using second = await RedisServer.start({ replicaof: `127.0.0.1 ${first.port}` });
    const port = await unusedPort();
    const config = join(temporaryFolder(), 'sentinel.conf');
    writeFileSync(
      config,
      [
        `port ${port}`,
        `sentinel monitor main 127.0.0.1 ${first.port} 1`,
        'sentinel down-after-milliseconds main 500',
        'sentinel failover-timeout main 2000',
      ].join('\n'),
    );
    await using sentinel = new Daemon(program('redis-server').path, [config, '--sentinel']);
    sentinel.start();
    await sentinel.listens(port);
    const replica = new Redis(second.port);
    const watched = new Redis(port);
    for (const client of [replica, watched]) {
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
    }
    while (!String(await replica.info('replication')).includes('master_link_status:up')) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    while (((await watched.call('SENTINEL', 'REPLICAS', 'main')) as unknown[]).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const options = { sentinels: [{ host: '127.0.0.1', port }], name: 'main' };
    await using node = await TestNode.start(0, { options });
    const room = '/ room';
    await node.enter(room);
    await node.broker.publish([room], message('1'));
    await node.until(() => node.messages.length === 1);
    await first.kill();
    await node.until(() => node.broker.state.status === 'down');
    await node.until(() => node.broker.state.status === 'ready' && node.gaps.length === 1);
    await node.broker.publish([room], message('2'));
    await node.until(() => node.messages.length === 2);
    expect(node.heardOf(room)).toEqual(['1', '2']);
  });
});
