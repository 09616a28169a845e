import { describe, expect, it } from 'vitest';
import { plain, SECRET, sdk, startGateway, token } from './support';

describe('a batch', () => {
  it('does its events in order, and answers each as if it were alone', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await b.ask('join', 'r');
    const reply = await a.ask('batch', [
      ['join', { room: 'r' }],
      ['message', { n: 1 }],
      { event: 'message', data: { n: 2 } },
      { event: 'nothing' },
      ['user.joined', {}],
      ['join', 'a b'],
      ['subscribe', 'news'],
      ['leave', 'r'],
      ['message', { room: 'r' }],
      ['toporia:hello', {}],
    ]);
    expect(reply).toMatchObject({
      status: 'ok',
      count: 10,
      results: [
        { room: 'r' },
        { status: 'ok' },
        { status: 'ok' },
        { status: 'ok' },
        { error: { code: 'reserved_event' } },
        { error: { code: 'invalid_room' }, room: 'a b' },
        { channel: 'news', subscribed: true },
        { room: 'r' },
        { error: { code: 'not_in_room' }, room: 'r' },
        { protocol: 1 },
      ],
    });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([['message', { n: 1 }], ['message', { n: 2 }], ['nothing']]);
  });

  it('of the SDK takes the second argument of each event', async () => {
    const gateway = await startGateway();
    const [a, b, c] = [await sdk(gateway), await plain(gateway), await sdk(gateway)];
    await a.ask('join', { rooms: ['one', 'two'] });
    await b.ask('join', 'one');
    await c.ask('join', 'two');
    await a.ask('batch', [
      ['m', 1, { room: 'one' }],
      ['m', 2, { room: 'two', id: 'an-id' }],
      ['m', 3],
    ]);
    for (const room of ['one', 'two']) gateway.broadcast(room, 'end');
    expect(await b.before('end')).toEqual([
      ['m', 1],
      ['m', 3],
    ]);
    expect((await c.before('end')).map(([, data, meta]) => [data, (meta as { id: string }).id])).toEqual([
      [2, expect.stringMatching(/\.an-id$/)],
      [3, expect.stringContaining('~')],
    ]);
  });

  it('keeps its order where one of its events takes its time', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const a = await plain(gateway);
    const batch = a.ask('batch', [
      ['auth', { token: await token({ sub: 7 }) }],
      ['join', 'user.7'],
      ['auth', { token: 'no token' }],
      ['join', 'presence-1'],
    ]);
    const after = a.ask('leave', 'user.7');
    expect(await batch).toMatchObject({
      count: 4,
      results: [
        { authenticated: true, user_id: '7' },
        { room: 'user.7' },
        { error: { code: 'unauthorized' } },
        { room: 'presence-1', members: [{ user_id: '7' }] },
      ],
    });
    expect(await after).toEqual({ room: 'user.7' });
    expect(a.received.map(([event]) => event)).toEqual(['authenticated', 'auth_error']);
  });

  it.each([
    ['an object', {}, 'invalid_payload'],
    ['nothing', undefined, 'invalid_payload'],
    ['a text', 'join', 'invalid_payload'],
    ['no event', [['m', 1], []], 'invalid_payload'],
    ['a number for an event', [['m', 1], [7]], 'invalid_payload'],
    ['an event of no name', [['m', 1], { data: 1 }], 'invalid_payload'],
    ['null', [['m', 1], null], 'invalid_payload'],
    [
      'a batch within',
      [
        ['m', 1],
        ['batch', []],
      ],
      'invalid_payload',
    ],
    ['too many', Array.from({ length: 4 }, () => ['m', 1]), 'limit'],
  ])('that holds %s is refused, and nothing of it is done', async (_what, payload, code) => {
    const gateway = await startGateway({ limits: { batch_size: 3 } });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    expect(await a.ask('batch', payload)).toEqual({ error: { code, message: expect.any(String) } });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it('may be empty', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    expect(await a.ask('batch', [])).toEqual({ status: 'ok', count: 0, results: [] });
  });

  it('in which a handler fails goes on with the next event', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('throws', () => {
      throw new Error('secret detail');
    });
    gateway.of('/').on('rejects', () => Promise.reject(new Error('secret detail')));
    gateway.of('/').on('answers', async (data) => ({ got: data }));
    const a = await plain(gateway);
    const internal = { error: { code: 'internal', message: 'The gateway could not handle this event.' } };
    expect(await a.ask('batch', [['throws'], ['rejects'], ['answers', 1], ['m']])).toEqual({
      status: 'ok',
      count: 4,
      results: [internal, internal, { got: 1 }, { status: 'ok' }],
    });
  });
});
