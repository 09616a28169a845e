import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/support/programs';
import { RedisServer } from '../../../test/support/redis-server';
import { unusedPort } from '../../../test/support/unused-port';
import { createPublisher, type Publisher, type RedisPublisherOptions } from '../../src/publish';

describeWith('redis-server', 'through Redis, without any gateway', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.[Symbol.asyncDispose]();
  });
  beforeEach(() => redis.flushall());

  function publisherOf(options: Partial<RedisPublisherOptions> = {}): Publisher {
    const publisher = createPublisher({ redis: server.url, ...options });
    onTestFinished(() => publisher.close());
    return publisher;
  }

  const logged = async (stream: string) =>
    (await redis.xrange(stream, '-', '+')).map(([, fields]) => JSON.parse(fields[1] ?? ''));

  const failing = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.unreachable(),
      (error) => error,
    );

  it('logs and announces as a node of the gateway does', async () => {
    const heard: string[] = [];
    const listening = new Redis(server.url);
    onTestFinished(() => listening.disconnect());
    await listening.psubscribe('*');
    listening.on('pmessage', (_pattern, channel, text) => heard.push(`${channel} ${text}`));
    const publisher = publisherOf();
    const { id } = await publisher.broadcast('news', 'flash', { text: 'größer', b: Buffer.from('ab') });
    await publisher.broadcast('news', 'bare', undefined, {
      namespace: 'chat',
      except: 'a-socket',
      id: 'mine',
    });
    await publisher.sendToUser('{7}', 'note', null, { namespace: ['/', '/chat'], id: 'n' });
    await publisher.broadcast('news', 'client-moved', 1);
    expect(await logged('realtime:news')).toEqual([
      {
        ...{ id, type: 'event', channel: 'news', event: 'flash', timestamp: expect.any(Number) },
        ...{
          data: { text: 'größer', b: expect.anything() },
          attachments: ['YWI='],
          mark: expect.any(String),
        },
      },
    ]);
    const [bare] = await logged('realtime:/chat news');
    expect(bare).toMatchObject({
      id: 'mine',
      namespace: '/chat',
      except: ['a-socket'],
      not_for: ['a-socket'],
    });
    expect(bare).not.toHaveProperty('data');
    for (const stream of ['realtime:user.%7B7%7D', 'realtime:/chat user.%7B7%7D']) {
      expect(await logged(stream)).toMatchObject([{ id: 'n', event: 'note', data: null }]);
    }
    await redis.publish('end', '');
    while (!heard.at(-1)?.startsWith('end'))
      await new Promise((resolve) => listening.once('pmessage', resolve));
    expect(heard.map((line) => line.split(' {')[0])).toEqual([
      '{realtime:news}:live',
      '{realtime:/chat news}:live',
      '{realtime:user.%7B7%7D}:live',
      '{realtime:/chat user.%7B7%7D}:live',
      '{realtime:news}:live',
      'end ',
    ]);
    expect(heard[4]).toContain('"volatile":true');
  });

  it('publishes an id once, and takes batches in order', async () => {
    const publisher = publisherOf();
    const message = { channel: 'news', event: 'n' };
    for (let time = 1; time <= 2; time++) {
      expect(
        await publisher.batch([
          { ...message, data: [1, time], id: 'one' },
          { ...message, data: [2, time] },
        ]),
      ).toEqual([{ id: 'one' }, { id: expect.any(String) }]);
    }
    expect((await logged('realtime:news')).map(({ data }) => data)).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
  });

  it('keeps to the limits of the gateways', async () => {
    const publisher = publisherOf({ limits: { room_log_messages: 2 }, prefix: 'app:' });
    for (const n of [1, 2, 3]) await publisher.broadcast('news', 'n', n);
    expect((await logged('app:news')).map(({ data }) => data)).toEqual([2, 3]);
  });

  it('goes by a client of ioredis that it is given, and leaves it open', async () => {
    const publisher = publisherOf({ redis });
    await publisher.broadcast('news', 'n', 1);
    await publisher.close();
    expect(await logged('realtime:news')).toHaveLength(1);
    await publisherOf({ redis: { port: server.port } }).broadcast('news', 'n', 2);
    expect(await logged('realtime:news')).toHaveLength(2);
    expect(await failing(publisher.broadcast('news', 'n'))).toMatchObject({ code: 'closed' });
  });

  it('waits for a Redis that comes, and goes on after it was away', async () => {
    await using late = await RedisServer.start();
    await late.stop();
    const publisher = publisherOf({ redis: late.url });
    const published = publisher.broadcast('news', 'n', 1, { id: 'early' });
    await late.start();
    expect(await published).toEqual({ id: 'early' });
    await late.kill();
    const again = publisher.broadcast('news', 'n', 2, { id: 'between' });
    await late.start();
    expect(await again).toEqual({ id: 'between' });
  });

  it('is done once where an answer was lost on the way', async () => {
    const publisher = publisherOf({ attemptTimeout: 150 });
    await publisher.broadcast('news', 'n', 'first');
    server.freeze();
    const published = publisher.broadcast('news', 'n', 'second');
    const late = failing(publisherOf({ attemptTimeout: 20, timeout: 60 }).broadcast('other', 'n'));
    expect(await late).toMatchObject({ code: 'timeout' });
    server.thaw();
    await published;
    expect((await logged('realtime:news')).map(({ data }) => data)).toEqual(['first', 'second']);
  });

  it('fails with an error that says why', async () => {
    const port = await unusedPort();
    const nobody = publisherOf({ redis: `redis://127.0.0.1:${port}`, retries: 0 });
    expect(await failing(nobody.broadcast('news', 'n'))).toMatchObject({
      code: 'unreachable',
      retryable: true,
      maybePublished: false,
      message: expect.stringContaining(`nothing listens at 127.0.0.1:${port}`),
    });
    await using guarded = await RedisServer.start({ requirepass: 'secret' });
    expect(await failing(publisherOf({ redis: guarded.url }).broadcast('news', 'n'))).toMatchObject({
      code: 'unauthorized',
      maybePublished: false,
    });
    const wrong = publisherOf({ redis: { port: guarded.port, password: 'wrong' } });
    expect(await failing(wrong.broadcast('news', 'n'))).toMatchObject({ code: 'unauthorized' });
    const good = publisherOf({ redis: `redis://:secret@127.0.0.1:${guarded.port}` });
    expect(await good.broadcast('news', 'n', 1, { id: 'x' })).toEqual({ id: 'x' });
    await redis.set('realtime:taken', 'text');
    expect(await failing(publisherOf().broadcast('taken', 'n'))).toMatchObject({
      code: 'internal',
      retryable: false,
      message: expect.stringContaining('WRONGTYPE'),
    });
  });

  it.each<[string, (p: Publisher) => Promise<unknown>, string]>([
    ['room', (p) => p.broadcast('a b', 'x'), '"a b" is not the name of a room: it may hold only'],
    ['namespaces', (p) => p.sendToUser(7, 'x', 1, { namespace: '*' }), "name them in place of '*'"],
    ['batch', (p) => p.batch([{ channel: 'a', event: '' }]), '"" is not the name of an event'],
    ['data', (p) => p.broadcast('a', 'x', 5n), "the data can't be written as JSON"],
  ])('bad input: %s', async (_what, call, message) => {
    await expect(call(publisherOf())).rejects.toThrow(message);
    expect(await redis.keys('*')).toEqual([]);
  });

  it.each([
    [{ redis: 'http://127.0.0.1' }, 'redis: the URL must be one such as redis://127.0.0.1:6379'],
    [{ redis: 5 as never }, 'redis: it must be a URL, options of ioredis, or a client of ioredis'],
    [{ redis: { keyPrefix: 'app:' } }, 'redis: leave keyPrefix out, which is only for keys'],
    [{ redis: {}, url: 'http://x' }, 'a publisher goes one way: give it { redis } or { url, key }'],
    [{ timeout: Number.NaN }, 'timeout is null: it must be a number from 0 on'],
  ])('bad options: %j', (options, message) => {
    expect(() => createPublisher({ redis: 'redis://127.0.0.1', ...options })).toThrow(message);
  });
});
