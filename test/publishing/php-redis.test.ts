import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWith } from '../support/programs';
import { open, openPlain, SOON } from '../support/realtime-pair';
import { RedisServer } from '../support/redis-server';
import { whileGone } from '../support/while-gone';
import { membersOf, startNodes, type Way, type Written, written } from './nodes';
import { php } from './php';

const UNESCAPED = 64 | 256;

const message = (event: string, data: unknown, id: string, timestamp: number = Date.now() / 1000) => {
  return { id, type: 'event', channel: 'news', event, data, timestamp };
};

describeWith(['php', 'redis-server'], 'PHP, through Redis, to three gateways', () => {
  describe.each([
    ['with keyspace notifications', { 'notify-keyspace-events': 'Kt' }],
    ['without', {}],
  ])('%s', (_title, settings) => {
    let server: RedisServer;
    let redis: Redis;
    beforeAll(async () => {
      server = await RedisServer.start(settings);
      redis = new Redis(server.url);
    });
    afterAll(async () => {
      redis?.disconnect();
      await server?.[Symbol.asyncDispose]();
    });
    beforeEach(() => redis.flushall());

    /** What each member hears of what PHP writes, which has to be the same for all. */
    async function heardOf(messages: readonly Written[], flags = 0) {
      const nodes = await startNodes(3, server);
      const members = await membersOf(nodes, 'news');
      await written(server, messages, flags);
      await written(server, [[['publish'], 'news', message('end', null, 'end')]]);
      const [first, ...others] = await Promise.all(
        members.map(async (member) =>
          (await member.before('end')).map(([event, data, meta]) => ({ event, data, meta })),
        ),
      );
      const plainly = (heard: typeof first) => heard?.map(({ event, data }) => ({ event, data }));
      for (const other of others) expect(plainly(other)).toEqual(plainly(first));
      return first ?? [];
    }

    test.each<[string, readonly Way[]]>([
      ['published', ['publish']],
      ['appended', ['append']],
      ['published and appended', ['publish', 'append']],
      ['appended and published', ['append', 'publish']],
    ])('each member hears what is %s once, in order', async (_how, ways) => {
      const count = 40;
      const numbers = Array.from({ length: count }, (_, index) => index);
      const heard = await heardOf(numbers.map((n) => [ways, 'news', message('n', n, `m${n}`)] as const));
      expect(heard.map(({ data }) => data)).toEqual(numbers);
      expect(heard.map(({ meta }) => meta?.id)).toEqual(numbers.map((n) => `m${n}`));
      const offsets = heard.map(({ meta }) => meta?.position?.offset ?? 0);
      expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0))).toBe(true);
    });

    test.each([
      ['as PHP escapes it', 0],
      ['unescaped', UNESCAPED],
    ])('nothing is lost of what it says: %s', async (_how, flags) => {
      const data = {
        text: 'größer 🎉 \u0000\u2028 "\\/ </script>',
        numbers: [9_007_199_254_740_991, -1, 0.1, 1e300, 1.5],
        nested: { list: [[], {}, null, [true, { a: [] }]], '': 'empty', ['__proto__']: 1 },
      };
      const heard = await heardOf(
        [
          [['publish'], 'news', message('one', data, 'one')],
          [['append'], 'news', message('App\\Events\\Two', data, 'two/2')],
        ],
        flags,
      );
      expect(heard.map(({ event, data, meta }) => [event, data, meta?.id])).toEqual(
        expect.arrayContaining([
          ['one', data, 'one'],
          ['App\\Events\\Two', data, 'two/2'],
        ]),
      );
      expect(heard).toHaveLength(2);
    });

    test('its time is taken as it counts it, and it may have no id', async () => {
      const { id: _, ...without } = message('n', 4, '');
      const heard = await heardOf([
        [['append'], 'news', message('n', 1, 'seconds', 1_700_000_000)],
        [['append'], 'news', message('n', 2, 'fraction', 1_700_000_000.25)],
        [['append'], 'news', message('n', 3, 'ms', 1_700_000_000_250)],
        [['append'], 'news', without],
        [['publish'], 'news', { ...without, data: 5 }],
      ]);
      const sorted = heard.sort((a, b) => Number(a.data) - Number(b.data));
      expect(sorted.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5]);
      expect(sorted.slice(0, 3).map(({ meta }) => meta?.timestamp)).toEqual([
        1_700_000_000_000, 1_700_000_000_250, 1_700_000_000_250,
      ]);
      const ids = sorted.map(({ meta }) => meta?.id);
      expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
      expect(new Set(ids).size).toBe(5);
    });

    test('the examples are heard on every node, and by a user wherever it is', async () => {
      const nodes = await startNodes(3, server);
      const members = await membersOf(nodes, 'news');
      const env = { REDIS_PORT: String(server.port) };
      const published = await php('publish-redis', ['news', 'one', '{"text":"größer"}'], env);
      for (const member of members) {
        while (member.heard.length < 1) await member.before('one');
      }
      const appended = await php('append-redis', ['news', 'two', '[1.0,{}]'], env);
      await Promise.all(members.map((member) => member.before('two')));
      const heard = members.map((member) => member.heard.map(([event, data]) => [event, data]));
      for (const each of heard) {
        expect(each).toEqual([
          ['one', { text: 'größer' }],
          ['two', [1, {}]],
        ]);
      }
      expect(members[0]?.heard.map(([, , meta]) => meta?.id)).toEqual([published, appended]);
    });

    test('a member that was away gets what was written meanwhile, in order and once', async () => {
      const nodes = await startNodes(3, server);
      const [node] = nodes;
      if (!node) throw new Error('no node');
      const away = open(node.url, SOON);
      const heard: unknown[] = [];
      await away.join('news');
      away.on('n', (data) => heard.push(data));
      const gaps: unknown[] = [];
      away.channel('news').on('gap', (gap) => gaps.push(gap));
      await written(server, [[['publish'], 'news', message('n', 0, 'm0')]]);
      while (heard.length < 1) await new Promise((resolve) => away.once('n', resolve));
      await whileGone(node, away, () =>
        written(server, [
          [['append', 'publish'], 'news', message('n', 1, 'm1')],
          [['append'], 'news', message('n', 2, 'm2')],
          [['publish', 'append'], 'news', message('n', 3, 'm3')],
        ]),
      );
      const end = new Promise((resolve) => away.once('end', resolve));
      await written(server, [[['append'], 'news', message('end', null, 'm4')]]);
      await end;
      expect(heard).toEqual([0, 1, 2, 3]);
      expect(gaps).toEqual([]);
    });

    test('a member that comes back to another node gets there what was written meanwhile', async () => {
      const [here, there] = await startNodes(2, server);
      const auth = { toporia: { sdk: '0.1.0', client: 'somebody' } };
      const before = await openPlain(here?.url ?? '', { auth });
      const { position } = await before.emitWithAck('join', { room: 'news' });
      before.disconnect();
      await written(server, [
        [['append'], 'news', message('n', 1, 'm1')],
        [['append', 'publish'], 'news', message('n', 2, 'm2')],
      ]);
      const after = await openPlain(there?.url ?? '', { auth });
      const { recovered, messages } = await after.emitWithAck('join', { room: 'news', since: position });
      expect(recovered).toBe(true);
      expect(messages.map(([, data]: [string, unknown]) => data)).toEqual([1, 2]);
    });
  });
});
