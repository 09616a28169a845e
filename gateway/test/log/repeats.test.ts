import { describe, expect, it } from 'vitest';
import type { MessageMeta } from '../../../src/protocol';
import { Repeats } from '../../src/repeats';
import { gate, plain, SECRET, startGateway, token } from '../core/support';
import { lose, sdkAs, short } from './support';

describe('a message with an id', () => {
  it('is done once, and answered as the first time, over connections', async () => {
    const gateway = await startGateway();
    let handled = 0;
    let passed = 0;
    gateway.of('/').on('order', (data, { broadcast }) => {
      handled += 1;
      broadcast('r', 'ordered', data);
      return { number: handled };
    });
    gateway.use((_event, next) => {
      passed += 1;
      return next();
    });
    const [a, b] = [await sdkAs(gateway, 'a'), await sdkAs(gateway, 'b')];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    passed = 0;
    expect(await a.ask('order', 'tea', { id: 'one' })).toEqual({ number: 1 });
    expect(await a.ask('chat', 'hi', { room: 'r', id: 'two' })).toEqual({ status: 'ok' });
    await lose(gateway, a);
    const back = await sdkAs(gateway, 'a');
    // Before the rooms are joined again, where a first time would be refused.
    expect(await back.ask('chat', 'hi', { room: 'r', id: 'two' })).toEqual({ status: 'ok' });
    expect(await back.ask('order', 'tea', { id: 'one' })).toEqual({ number: 1 });
    expect(
      await back.ask('batch', [
        ['order', 'tea', { id: 'one' }],
        ['order', 'tea', { id: 'three' }],
      ]),
    ).toMatchObject({
      results: [{ number: 1 }, { number: 2 }],
    });
    gateway.broadcast('r', 'end');
    expect(short(await b.before('end'))).toEqual([
      ['ordered', 'tea'],
      ['chat', 'hi'],
      ['ordered', 'tea'],
    ]);
    expect([handled, passed]).toEqual([2, 3]);
    expect(gateway.stats().remembered_ids).toBe(3);
  });

  it('may be a batch, which is done once as a whole', async () => {
    const gateway = await startGateway();
    let handled = 0;
    gateway.of('/').on('order', () => ({ number: ++handled }));
    const client = await sdkAs(gateway, 'a');
    const orders = [
      ['order', 'tea'],
      ['order', 'milk'],
      ['chat', 'to nobody', { room: 'elsewhere' }],
    ];
    const first = await client.ask('batch', orders, { id: 'one' });
    expect(first).toMatchObject({ count: 3, results: [{ number: 1 }, { number: 2 }, { error: {} }] });
    await lose(gateway, client);
    const back = await sdkAs(gateway, 'a');
    expect(await back.ask('batch', orders, { id: 'one' })).toEqual(first);
    expect(handled).toBe(2);
  });

  it('waits for the first of it where that is under way', async () => {
    const gateway = await startGateway();
    const { open, opened } = gate();
    const begun = gate();
    let handled = 0;
    gateway.of('/').on('slow', async () => {
      handled += 1;
      begun.open();
      await opened;
      return { number: handled, bytes: Buffer.from([1]) };
    });
    const a = await sdkAs(gateway, 'a');
    a.socket.emit('slow', 1, { id: 'one' });
    await begun.opened;
    await lose(gateway, a);
    const back = await sdkAs(gateway, 'a');
    const answer = back.ask('slow', 1, { id: 'one' });
    await (await sdkAs(gateway, 'b')).ask('message');
    open();
    expect(await answer).toEqual({ number: 1, bytes: Buffer.from([1]) });
    expect(await back.ask('slow', 1, { id: 'one' })).toEqual({ number: 1, bytes: Buffer.from([1]) });
    expect(handled).toBe(1);
  });

  it('may be tried again when it was refused', async () => {
    const gateway = await startGateway();
    let handled = 0;
    gateway.of('/').on('fail', () => {
      handled += 1;
      if (handled === 1) throw new Error('once');
      if (handled === 2) return Promise.reject(new Error('twice'));
      return 'done';
    });
    const a = await sdkAs(gateway, 'a');
    const refused = { error: expect.objectContaining({ code: 'internal' }) };
    for (const answer of [refused, refused, 'done', 'done']) {
      expect(await a.ask('fail', 0, { id: 'one' })).toEqual(answer);
    }
    expect(handled).toBe(3);
    expect(await a.ask('chat', 0, { room: 'r', id: 'two' })).toMatchObject({
      error: { code: 'not_in_room' },
    });
    await a.ask('join', 'r');
    expect(await a.ask('chat', 0, { room: 'r', id: 'two' })).toEqual({ status: 'ok' });
  });

  it('is another in another namespace, of another client, and of another user', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    let count = 0;
    const counted = () => {
      count += 1;
      return { number: count };
    };
    for (const namespace of ['/', '/chat']) gateway.of(namespace).on('count', counted);
    const auth = async (sub: number) => ({ token: await token({ sub }) });
    const clients = [
      await sdkAs(gateway, 'a'),
      await sdkAs(gateway, 'b'),
      await sdkAs(gateway, 'a', {}, '/chat'),
      await sdkAs(gateway, 'a', await auth(7)),
      await sdkAs(gateway, 'a', await auth(8)),
    ];
    const answers = [];
    for (const each of [...clients, ...clients]) answers.push(await each.ask('count', 0, { id: 'one' }));
    const numbers = [1, 2, 3, 4, 5].map((number) => ({ number }));
    expect(answers).toEqual([...numbers, ...numbers]);
  });

  it('comes to receivers under an id that is the same again after a restart, and tells nothing of the client', async () => {
    const ids: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      const gateway = await startGateway();
      const [a, b, hears] = [
        await sdkAs(gateway, 'client-a'),
        await sdkAs(gateway, 'client-b'),
        await sdkAs(gateway, 'c'),
      ];
      for (const each of [a, b, hears]) await each.ask('join', { rooms: ['one', 'two'] });
      await a.ask('m', 1, { id: 'same' });
      await b.ask('m', 2, { room: 'one', id: 'same' });
      gateway.broadcast('two', 'end');
      ids.push((await hears.before('end')).map(([, , meta]) => (meta as MessageMeta).id));
    }
    const [first] = ids as string[][];
    expect(ids[1]).toEqual(first);
    expect(first?.[0]).toMatch(/^[\w-]{12}\.same$/);
    expect(first?.[1]).toBe(first?.[0]);
    expect(first?.[2]).not.toBe(first?.[0]);
    expect(first?.join()).not.toContain('client');
  });

  it.each([7, '', 'a b', 'x'.repeat(65), 'ä', {}, [], true])('is refused for an id like %j', async (id) => {
    const gateway = await startGateway();
    gateway.of('/').on('handled', () => 'done');
    const a = await sdkAs(gateway, 'a');
    for (const event of ['handled', 'relayed']) {
      expect(await a.ask(event, 0, { id })).toEqual({
        error: { code: 'invalid_payload', message: expect.stringContaining('1 to 64 characters') },
      });
    }
    expect(await a.ask('batch', [['handled', 0, { id }]])).toMatchObject({
      results: [{ error: { code: 'invalid_payload' } }],
    });
    // A plain client's second argument is payload.
    expect(await (await plain(gateway)).ask('handled', 0, { id })).toBe('done');
  });

  it('is remembered for a time, of each client in number, and in all in bytes', async () => {
    const gateway = await startGateway();
    let now = 0;
    const repeats = new Repeats({ age: 100, perClient: 3, totalBytes: 4_000 }, () => now);
    const sockets = [...['a', 'b'].keys()].map(async (n) => sdkAs(gateway, `${n}`));
    const [a, b] = await Promise.all(sockets);
    const connection = (client: typeof a) =>
      ({ space: { name: '/' }, user: undefined, reader: client?.id }) as never;
    let done = 0;
    const once = (client: typeof a, id: string, reply: unknown = { status: 'done' }) => {
      const before = done;
      void repeats.once(connection(client), id, () => {
        done += 1;
        return reply;
      });
      return done > before;
    };
    expect(['1', '2', '3', '1', '4', '1'].map((id) => once(a, id))).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(repeats.size).toBe(3);
    expect(once(b, '1')).toBe(true);
    now = 50;
    expect(once(b, '2')).toBe(true);
    now = 100;
    repeats.sweep();
    expect(repeats.size).toBe(1);
    expect([once(b, '1'), once(b, '2')]).toEqual([true, false]);
    // Those that are the oldest go first, whoever's they are.
    expect(once(a, '5', 'x'.repeat(2_900))).toBe(true);
    expect(once(b, '2')).toBe(true);
    expect(once(a, '5')).toBe(false);
    // What can't be sent is not remembered either.
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect([once(a, '6', circular), once(a, '6', circular)]).toEqual([true, true]);
  });

  it('is answered as it was, whatever the program has changed since', async () => {
    const gateway = await startGateway();
    const answer = { text: 'first' };
    gateway.of('/').on('ask', () => answer);
    const a = await sdkAs(gateway, 'a');
    await a.ask('ask', 0, { id: 'one' });
    answer.text = 'second';
    expect(await a.ask('ask', 0, { id: 'one' })).toEqual({ text: 'first' });
  });
});
