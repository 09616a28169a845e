import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { message, TestNode } from './support';

const room = '/ chat.room.1';
const stream = 'realtime:chat.room.1';

/** As the PHP framework writes it. */
const json = (id: string, others: object = {}) =>
  JSON.stringify({
    id,
    type: 'event',
    channel: 'chat.room.1',
    event: 'message.sent',
    data: { text: id },
    timestamp: 1_764_000_000,
    ...others,
  });

async function backend(port: number) {
  const client = new Redis(port);
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return {
    client,
    publish: (text: string) => client.publish(stream, text),
    append: (text: string) => client.xadd(stream, '*', 'payload', text),
  };
}

describeWith('redis-server', 'what a backend writes to Redis itself', () => {
  describe.each([
    ['told of entries', { 'notify-keyspace-events': 'Kt' }],
    ['not told of entries', {}],
  ])('with a server by which nodes are %s', (_, settings: Record<string, string>) => {
    test('is heard once on each node, whichever way it is written', async () => {
      await using redis = await RedisServer.start(settings);
      await using one = await TestNode.start(redis.port);
      await using two = await TestNode.start(redis.port);
      for (const node of [one, two]) await node.enter(room);
      const { publish, append } = await backend(redis.port);

      const ids: string[] = [];
      for (let round = 0; round < 5; round++) {
        const [p, a, pa, ap, own] = ['p', 'a', 'pa', 'ap', 'own'].map((name) => `${name}/${round}`);
        ids.push(...([p, a, pa, ap, own] as string[]));
        await publish(json(p as string));
        await append(json(a as string));
        await publish(json(pa as string));
        await append(json(pa as string));
        await append(json(ap as string));
        await publish(json(ap as string));
        await one.broker.publish([room], message(own as string));
      }
      for (const node of [one, two]) await node.until(() => node.messages.length >= ids.length);
      // Whatever would come twice has come by then: it was there before.
      const last = await one.broker.publish([room], message('last'));
      await append(json('very last'));
      for (const node of [one, two]) await node.until(() => node.heardOf(room).includes('very last'));
      expect(last[0]?.offset).toBeGreaterThan(ids.length);
      for (const node of [one, two]) {
        expect(node.heardOf(room).sort()).toEqual([...ids, 'last', 'very last'].sort());
        const offsets = node.messages.map(({ position }) => position?.offset ?? 0);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
      expect(two.heardOf(room)).toEqual(one.heardOf(room));
      expect([one.gaps, two.gaps]).toEqual([[], []]);
    });
  });

  test('is in the log of a room that nobody is in', async () => {
    await using redis = await RedisServer.start();
    await using one = await TestNode.start(redis.port);
    await using _two = await TestNode.start(redis.port);
    const { publish, append } = await backend(redis.port);
    await publish(json('1'));
    let page = await one.broker.last(room, 10);
    while (page.messages?.length !== 1) page = await one.broker.last(room, 10);
    await append(json('2'));
    page = await one.broker.last(room, 10);
    expect(page.messages?.map(({ id }) => id)).toEqual(['1', '2']);
    expect(page.position.offset).toBe(2);
    expect(page.messages?.[0]).toMatchObject({ event: 'message.sent', timestamp: 1_764_000_000_000 });
  });

  test('may be of another namespace, without an id, or without data', async () => {
    await using redis = await RedisServer.start();
    await using one = await TestNode.start(redis.port);
    await using two = await TestNode.start(redis.port);
    const other = '/admin chat.room.1';
    for (const node of [one, two]) {
      await node.enter(room);
      await node.enter(other);
    }
    const { client, publish } = await backend(redis.port);
    await publish(json('1', { namespace: '/admin' }));
    await client.publish('realtime:/admin chat.room.1', json('2'));
    const bare = JSON.stringify({ event: 'tick' });
    for (let time = 0; time < 3; time++) await publish(bare);
    for (const node of [one, two]) await node.until(() => node.messages.length === 5);
    await one.broker.publish([room], message('end'));
    for (const node of [one, two]) await node.until(() => node.messages.length >= 6);
    for (const node of [one, two]) {
      expect(node.heardOf(other)).toEqual(['1', '2']);
      expect(new Set(node.heardOf(room)).size).toBe(4);
      expect(node.messages.find(({ message }) => message.event === 'tick')?.message.payload.texts).toEqual(
        [],
      );
    }
  });

  test('is heard and not logged where it is volatile', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    await node.enter(room);
    const { publish } = await backend(redis.port);
    await publish(json('1', { event: 'typing.started' }));
    await node.until(() => node.messages.length === 1);
    expect(node.messages[0]).toMatchObject({ position: undefined, message: { volatile: true } });
    expect((await node.broker.position(room)).offset).toBe(0);
  });

  test('is skipped where it is no message, and what comes after it is heard', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    await node.enter(room);
    const { client, publish, append } = await backend(redis.port);
    for (const text of ['no JSON', '[]', '{}', '{"event":7}', json('0', { event: 'toporia:bye' })]) {
      await publish(text);
      await append(text);
    }
    await client.xadd(stream, '*', 'other', 'field');
    await append(json('1'));
    await node.until(() => node.messages.length === 1);
    expect(node.heardOf(room)).toEqual(['1']);
    expect(node.messages[0]?.position?.offset).toBe(7);
    expect((await node.broker.last(room, 10)).messages?.map(({ id }) => id)).toEqual(['1']);
  });
});
