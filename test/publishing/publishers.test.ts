import { Cluster, Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { createPublisher } from '../../gateway/src/publish';
import { describeWith } from '../support/programs';
import { open, startGateway } from '../support/realtime-pair';
import { RedisServer } from '../support/redis-server';
import { KEY, membersOf, ready, startNodes } from './nodes';

describeWith('redis-server', 'publishers, to three gateways', () => {
  test('each goes its own way to all members, and an id is published once by whatever ways', async () => {
    await using server = await RedisServer.start();
    const nodes = await startNodes(3, server);
    const members = await membersOf(nodes, 'news');
    const byRedis = createPublisher({ redis: server.url });
    onTestFinished(() => byRedis.close());
    for (const [index, { url }] of nodes.entries()) {
      const byHttp = createPublisher({ url, key: KEY });
      onTestFinished(() => byHttp.close());
      await byHttp.broadcast('news', 'n', `${index} by HTTP`);
      await byRedis.broadcast('news', 'n', `${index} by Redis`, { id: `both:${index}` });
      await byHttp.broadcast('news', 'n', 'the same', { id: `both:${index}` });
      await byHttp.broadcast('news', 'n', 'again by HTTP', { id: 'all' });
    }
    await byRedis.broadcast('news', 'end');
    for (const member of members) {
      expect((await member.before('end')).map(([, data]) => data)).toEqual([
        '0 by HTTP',
        '0 by Redis',
        'again by HTTP',
        '1 by HTTP',
        '1 by Redis',
        '2 by HTTP',
        '2 by Redis',
      ]);
    }
  });

  test('over HTTP wait for a Redis that is away, and nothing is doubled', async () => {
    await using server = await RedisServer.start();
    const [node] = await startNodes(1, server);
    if (!node) throw new Error('no node');
    const publisher = createPublisher({ url: node.url, key: KEY });
    onTestFinished(() => publisher.close());
    await publisher.broadcast('news', 'n', 'before');
    await server.kill();
    const once = createPublisher({ url: node.url, key: KEY, retries: 0 });
    onTestFinished(() => once.close());
    await expect(once.broadcast('news', 'n', 'lost')).rejects.toMatchObject({
      code: 'unavailable',
      status: 503,
      retryable: true,
    });
    const waiting = publisher.broadcast('news', 'n', 'kept', { id: 'kept' });
    await server.start();
    expect(await waiting).toEqual({ id: 'kept' });
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    const entries = await redis.xrange('realtime:news', '-', '+');
    expect(entries.map(([, fields]) => JSON.parse(fields[1] ?? '').data)).toEqual(['kept']);
  });

  test('reach the gateways of a Redis Cluster', async () => {
    await using server = await RedisServer.start({
      'cluster-enabled': 'yes',
      'cluster-announce-ip': '127.0.0.1',
    });
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!/cluster_state:ok/.test(String(await admin.call('CLUSTER', 'INFO')))) await admin.ping();
    const address = { host: '127.0.0.1', port: server.port };
    const node = await startGateway({
      broker: 'redis',
      redis: { cluster: [`127.0.0.1:${server.port}`] },
    });
    await ready(node);
    const [member] = await membersOf([node], 'news');
    const redis = new Cluster([address]);
    onTestFinished(() => redis.disconnect());
    await using publisher = createPublisher({ redis });
    await publisher.broadcast('news', 'n', 1);
    await publisher.broadcast('news', 'end');
    expect((await member?.before('end'))?.map(([, data]) => data)).toEqual([1]);
  });

  test('what is published while no gateway runs is there for who asks for it', async () => {
    await using server = await RedisServer.start();
    await using publisher = createPublisher({ redis: server.url });
    for (const n of [1, 2, 3]) await publisher.broadcast('news', 'n', n);
    const [node] = await startNodes(1, server);
    const late = open(node?.url ?? '');
    const heard: unknown[] = [];
    late.on('n', (data) => heard.push(data));
    await late.join('news', { rewind: 2 });
    await publisher.broadcast('news', 'n', 4);
    while (heard.length < 3) await new Promise((resolve) => late.once('n', resolve));
    expect(heard).toEqual([2, 3, 4]);
  });
});
