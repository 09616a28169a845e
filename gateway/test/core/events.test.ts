import { describe, expect, it } from 'vitest';
import type { Logger } from '../../src/logger';
import { plain, sdk, startGateway } from './support';

const INTERNAL = { error: { code: 'internal', message: 'The gateway could not handle this event.' } };

describe('names that clients may not send', () => {
  it.each([
    'user.joined',
    'user.left',
    'user.updated',
    'presence:member_added',
    'presence:anything',
    'toporia:bye',
    'toporia:helloo',
    'authenticated',
    'auth_error',
    'subscribed',
    'subscription_error',
    'connected',
    'disconnected',
    'reconnecting',
    'reconnected',
    'reconnect_failed',
    'error',
    'state',
  ])('%s is reserved', async (event) => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    // By a batch and by itself; without a callback nothing happens either.
    a.socket.emit(event, {});
    const { results } = (await a.ask('batch', [[event, {}]])) as { results: unknown[] };
    const refused = {
      error: {
        code: 'reserved_event',
        message: `"${event}" is sent by the gateway alone; choose another name.`,
      },
    };
    expect(results).toEqual([refused]);
    expect(await a.ask(event, {})).toEqual(refused);
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it.each([
    ['', 'it must have 1 to 255 characters'],
    ['e'.repeat(300), 'it must have 1 to 255 characters'],
    ['a\u0000b', 'it must be printable'],
    ['a\nb', 'it must be printable'],
    ['__proto__', 'that name is reserved'],
    ['constructor', 'that name is reserved'],
    [7, 'it must be a string'],
  ])('%j is no name', async (event, why) => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    expect(await a.ask(event as string, {})).toEqual({
      error: { code: 'invalid_event', message: `That is not the name of an event: ${why}.` },
    });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it.each(['chat message', 'App\\Events\\X', 'grüße', 'toString', 'ping', 'message'])(
    '%s may be sent',
    async (event) => {
      const gateway = await startGateway();
      const [a, b] = [await plain(gateway), await plain(gateway)];
      await a.ask('join', 'r');
      await b.ask('join', 'r');
      expect(await a.ask(event, 1)).toEqual({ status: 'ok' });
      expect(await b.next(event)).toEqual([event, 1]);
    },
  );

  it('that Socket.IO keeps for itself end that connection alone', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const ended = new Promise((resolve) => a.socket.once('disconnect', resolve));
    a.socket.io.engine.write('2["disconnect"]');
    await ended;
    expect(await b.ask('join', 'r')).toEqual({ room: 'r' });
  });
});

describe('odd packets', () => {
  it.each(['2', '21', '2[null]', '2[]', '2[{}]', '2["join"]', '2["batch"]', '2["auth",null]', '2["error"]'])(
    '%s disturbs nobody',
    async (packet) => {
      const gateway = await startGateway();
      const [a, b] = [await plain(gateway), await plain(gateway)];
      await a.ask('join', 'r');
      await b.ask('join', 'r');
      a.socket.io.engine.write(packet);
      if (a.socket.connected) a.socket.emit('later', 1);
      expect(await b.ask('message', 1)).toEqual({ status: 'ok' });
      const c = await plain(gateway);
      expect(await c.ask('join', 'r')).toEqual({ room: 'r' });
    },
  );

  it('too deep to be encoded is answered and goes nowhere', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    const answer = new Promise((resolve) => {
      a.socket.io.engine.on('data', (data: unknown) => {
        if (typeof data === 'string' && data.startsWith('399')) resolve(JSON.parse(data.slice(3)));
      });
    });
    const depth = 100_000;
    a.socket.io.engine.write(`299["deep",${'['.repeat(depth)}${']'.repeat(depth)}]`);
    expect(await answer).toMatchObject([{ error: { code: 'invalid_payload' } }]);
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([['message', 1]]);
  });

  it('over the limit end the connection alone that sent them', async () => {
    const gateway = await startGateway({ limits: { max_payload: 2_000 } });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const ended = new Promise((resolve) => a.socket.once('disconnect', (reason) => resolve(reason)));
    await b.ask('join', 'r');
    expect(await a.ask('message', 'x'.repeat(1_000))).toEqual({ status: 'ok' });
    a.socket.emit('message', 'x'.repeat(3_000));
    expect(await ended).toBe('transport close');
    expect(await b.ask('message', 1)).toEqual({ status: 'ok' });
  });
});

describe("a program's own handler", () => {
  it('answers in place of the relay, in its namespace alone', async () => {
    const gateway = await startGateway();
    const admin = gateway.of('/admin');
    admin.on('ask', (data) => ({ got: data }));
    admin.on('nothing', () => undefined);
    admin.on('null', () => null);
    admin.on('later', async (data) => [data, data]);
    const [a, b, c] = [await plain(gateway, '/admin'), await plain(gateway, '/admin'), await plain(gateway)];
    for (const each of [a, b, c]) await each.ask('join', 'r');
    expect(await a.ask('ask', 1)).toEqual({ got: 1 });
    expect(await a.ask('nothing')).toEqual({ status: 'ok' });
    expect(await a.ask('null')).toBeNull();
    expect(await a.ask('later', 2)).toEqual([2, 2]);
    expect(await c.ask('ask', 1)).toEqual({ status: 'ok' });
    admin.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it('is told who sends and can publish', async () => {
    const gateway = await startGateway();
    const seen: unknown[] = [];
    gateway.of('/admin').on('say', (data, { socket, user, rooms, room, broadcast }) => {
      seen.push({ id: socket.id, user, rooms, room });
      return broadcast('r', 'said', data);
    });
    const [a, b] = [await sdk(gateway, '/admin'), await sdk(gateway, '/admin')];
    await a.ask('join', { rooms: ['r', 'other'] });
    await b.ask('join', 'r');
    const reply = await a.ask('say', 'hi', { room: 'r' });
    await a.ask('say', 'hi', { room: 'elsewhere' });
    await a.ask('say', 'hi');
    const common = { id: a.id, user: undefined, rooms: ['r', 'other'] };
    expect(seen).toEqual([
      { ...common, room: 'r' },
      { ...common, room: undefined },
      { ...common, room: undefined },
    ]);
    const [, data, meta] = await b.next('said');
    expect(data).toBe('hi');
    expect(meta).toMatchObject({ channel: 'r', ...(reply as object), sender: { user_id: a.id } });
    gateway.of('/admin').broadcast('r', 'end');
    expect(await a.before('end')).toEqual([]);
  });

  it('that fails is answered without its insides, and logged', async () => {
    const logged: unknown[] = [];
    const log = (details: object) => void logged.push(details);
    const logger: Logger = { debug() {}, info() {}, warn() {}, error: log };
    const gateway = await startGateway({}, { logger });
    const namespace = gateway.of('/');
    const fault = new Error('secret detail');
    namespace.on('throws', () => {
      throw fault;
    });
    namespace.on('rejects', () => Promise.reject(fault));
    namespace.on('circular', () => {
      const circle: { self?: unknown } = {};
      circle.self = circle;
      return circle;
    });
    namespace.on('bigint', () => 7n);
    const a = await plain(gateway);
    for (const event of ['throws', 'rejects', 'circular', 'bigint']) {
      expect(await a.ask(event)).toEqual(INTERNAL);
    }
    a.socket.emit('throws');
    a.socket.emit('rejects');
    expect(await a.ask('join', 'r')).toEqual({ room: 'r' });
    expect(logged).toHaveLength(6);
    expect(logged[0]).toEqual({ err: fault, event: 'throws', socket: a.id });
  });

  it('can be taken away, and is one for each event', async () => {
    const gateway = await startGateway();
    const undo = gateway.of('/').on('ask', () => 'mine');
    expect(() => gateway.of('/').on('ask', () => 'other')).toThrow('/ handles "ask" already');
    const a = await plain(gateway);
    expect(await a.ask('ask')).toBe('mine');
    undo();
    expect(await a.ask('ask')).toEqual({ status: 'ok' });
    gateway.of('/').on('ask', () => 'new');
    undo();
    expect(await a.ask('ask')).toBe('new');
    for (const event of ['join', 'batch', 'auth', 'presence.update', 'toporia:hello', 'user.joined', '']) {
      expect(() => gateway.of('/').on(event, () => 1)).toThrow(`"${event}" is no event to handle`);
    }
  });

  it('answers with what it likes, even where that looks like an answer of ours', async () => {
    const gateway = await startGateway();
    const answer = Object.freeze({ room: 'presence-1', members: Object.freeze(['mine']) });
    gateway.of('/').on('who', async () => answer);
    gateway.of('/').on('all', async () => ({ results: [answer] }));
    gateway.of('/').on('circular', async () => {
      const circle: { results: unknown[] } = { results: [] };
      circle.results.push(circle);
      return circle;
    });
    const a = await plain(gateway);
    await a.ask('join', 'presence-1');
    expect(await a.ask('who')).toEqual(answer);
    expect(await a.ask('all')).toEqual({ results: [answer] });
    expect(await a.ask('circular')).toEqual(INTERNAL);
    expect(await a.ask('batch', [['who']])).toMatchObject({ results: [answer] });
  });

  it('keeps the order of the events of one connection', async () => {
    const gateway = await startGateway();
    const order: unknown[] = [];
    gateway.of('/').on('slow', async (data) => {
      await new Promise(setImmediate);
      order.push(data);
    });
    gateway.of('/').on('fast', (data) => void order.push(data));
    const a = await plain(gateway);
    await Promise.all([a.ask('slow', 1), a.ask('fast', 2), a.ask('slow', 3)]);
    expect(order).toEqual([1, 2, 3]);
  });

  it('may be one of Socket.IO itself, by gateway.io', async () => {
    const gateway = await startGateway();
    gateway.io.on('connection', (socket) => {
      socket.on('raw', (data: unknown, ack: (reply: unknown) => void) => ack({ raw: data }));
    });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    expect(await a.ask('raw', 1)).toEqual({ raw: 1 });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });
});
