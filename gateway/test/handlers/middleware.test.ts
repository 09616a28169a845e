import { describe, expect, it } from 'vitest';
import { ClientError, type MiddlewareEvent } from '../../src';
import { gate, plain, SECRET, sdk, startGateway, user } from '../core/support';

const rejected = { code: 'rejected', message: 'The gateway did not let this through.' };
const refused = { code: 'forbidden', message: 'Not today.' };
const refuse = () => {
  throw new ClientError('forbidden', 'Not today.');
};

describe('a middleware', () => {
  it('sees joins, leaves and messages, one by one and with all that is known of them', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const seen: unknown[] = [];
    gateway.use(({ socket, ...rest }, next) => {
      seen.push({ ...rest, user: rest.user?.id, socket: socket.id });
      return next();
    });
    const a = await user(gateway, 7, '/chat');
    await a.ask('batch', [
      ['join', { rooms: ['one', { room: 'two', auth: 'x' }] }],
      ['subscribe', 'three'],
      ['message', { room: 'one' }],
      ['message'],
      ['leave', 'one'],
      ['unsubscribe', { channel: 'three' }],
      ['toporia:hello', {}],
      ['join', 'a b'],
      ['user.joined', {}],
    ]);
    const common = { namespace: '/chat', user: '7', socket: a.id };
    expect(seen).toEqual([
      { type: 'join', event: 'join', room: 'one', data: 'one', ...common },
      { type: 'join', event: 'join', room: 'two', data: { room: 'two', auth: 'x' }, ...common },
      { type: 'join', event: 'subscribe', room: 'three', data: 'three', ...common },
      { type: 'message', event: 'message', room: 'one', data: { room: 'one' }, ...common },
      { type: 'message', event: 'message', room: undefined, data: undefined, ...common },
      { type: 'leave', event: 'leave', room: 'one', data: 'one', ...common },
      { type: 'leave', event: 'unsubscribe', room: 'three', data: { channel: 'three' }, ...common },
    ]);
  });

  it("of the gateway comes before the namespace's, whenever either was registered", async () => {
    const gateway = await startGateway();
    const order: string[] = [];
    const noting = (name: string) => async (_event: MiddlewareEvent, next: () => Promise<unknown>) => {
      order.push(`${name} before`);
      await next();
      order.push(`${name} after`);
    };
    gateway.of('/chat').use(noting('namespace 1'));
    gateway.use(noting('gateway 1'));
    gateway.of('/chat').use(noting('namespace 2'));
    gateway.of('/other').use(noting('other'));
    gateway.use(noting('gateway 2'));
    gateway.of('/chat').on('say', () => void order.push('handler'));
    const a = await plain(gateway, '/chat');
    await a.ask('say', 1);
    expect(order).toEqual([
      'gateway 1 before',
      'gateway 2 before',
      'namespace 1 before',
      'namespace 2 before',
      'handler',
      'namespace 2 after',
      'namespace 1 after',
      'gateway 2 after',
      'gateway 1 after',
    ]);
  });

  it('may refuse by an error that is meant for the client', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('say', () => 'never');
    const [a, b] = [await plain(gateway), await plain(gateway)];
    for (const each of [a, b]) await each.ask('join', 'r');
    const undo = [gateway.use(async (_event, next) => void (await next())), gateway.of('/').use(refuse)];
    expect(await a.ask('join', 's')).toEqual({ error: refused, room: 's' });
    expect(await a.ask('subscribe', 's')).toEqual({ error: refused, channel: 's' });
    expect(await a.next('subscription_error')).toEqual([
      'subscription_error',
      { channel: 's', message: 'Not today.' },
    ]);
    expect(await a.ask('leave', 'r')).toEqual({ error: refused, room: 'r' });
    expect(await a.ask('unsubscribe', 'r')).toEqual({ error: refused, channel: 'r' });
    expect(await a.ask('message', { room: 'r' })).toEqual({ error: refused });
    expect(await a.ask('say', 1)).toEqual({ error: refused });
    expect((await gateway.channels()).map(({ name, connections }) => [name, connections])).toEqual([
      ['r', 2],
    ]);
    for (const each of undo) each();
    expect(await a.ask('message', 'now')).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([['message', 'now']]);
  });

  it('that does not go on turns the event down', async () => {
    const gateway = await startGateway();
    gateway.use(() => 'whatever');
    const a = await plain(gateway);
    expect(await a.ask('message', 1)).toEqual({ error: rejected });
    expect(await a.ask('join', 'r')).toEqual({ error: rejected });
    expect(await gateway.channels()).toEqual([]);
  });

  it('may change what is sent', async () => {
    const gateway = await startGateway();
    gateway.use((event, next) => {
      if (event.type === 'message') event.data = { text: event.data, by: event.socket.id };
      return next();
    });
    gateway.of('/').on('say', (data) => data);
    const [a, b] = [await sdk(gateway), await sdk(gateway)];
    for (const each of [a, b]) await each.ask('join', 'r');
    expect(await a.ask('say', 'hi')).toEqual({ text: 'hi', by: a.id });
    await a.ask('message', 'hi', { room: 'r', id: 'an-id' });
    const [, data, meta] = await b.next('message');
    expect(data).toEqual({ text: 'hi', by: a.id });
    expect(meta).toMatchObject({ channel: 'r', id: expect.stringMatching(/\.an-id$/) });
  });

  it('may change what a join brings, and not its room', async () => {
    const gateway = await startGateway();
    gateway.use((event, next) => {
      event.data = { room: 'elsewhere', channel_data: { user_info: { name: 'Ada' } } };
      return next();
    });
    const a = await plain(gateway);
    expect(await a.ask('join', 'presence-1')).toMatchObject({
      room: 'presence-1',
      members: [{ user_id: a.id, user_info: { name: 'Ada' } }],
    });
  });

  it('is told what the client will be answered, by an error too', async () => {
    const gateway = await startGateway();
    const answers: unknown[] = [];
    gateway.use(async (_event, next) => void answers.push(await next()));
    gateway.of('/').use((event, next) => (event.event === 'no' ? refuse() : next()));
    gateway.of('/').on('fail', () => {
      throw new Error('a secret');
    });
    const a = await plain(gateway);
    await a.ask('join', 'r');
    await a.ask('no');
    await a.ask('fail');
    expect(answers).toEqual([
      { room: 'r', position: { epoch: expect.any(String), offset: 0 } },
      { error: refused },
      { error: { code: 'internal', message: 'The gateway could not handle this event.' } },
    ]);
  });

  it('that fails is answered without its insides, and logged', async () => {
    const logged: object[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void logged.push(details),
    };
    const gateway = await startGateway({}, { logger });
    const fault = new Error('a secret');
    gateway.use(async ({ event }, next) => {
      if (event === 'before') throw fault;
      const going = next();
      if (event === 'after') throw fault;
      if (event === 'twice') await next();
      await going;
    });
    const a = await plain(gateway);
    for (const event of ['before', 'after', 'twice']) {
      expect(await a.ask(event)).toMatchObject({ error: { code: 'internal' } });
    }
    a.socket.emit('before');
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    expect(await a.ask('leave', 'r')).toEqual({ room: 'r' });
    expect(logged).toEqual([
      { err: fault, event: 'before', socket: a.id },
      { err: fault, event: 'after', socket: a.id },
      { err: new Error('next() was called twice in one middleware.'), event: 'twice', socket: a.id },
      { err: fault, event: 'before', socket: a.id },
    ]);
  });

  it('that takes its time keeps the order of the connection, and holds up no other', async () => {
    const gateway = await startGateway();
    const { open, opened } = gate();
    const order: unknown[] = [];
    gateway.use(async (event, next) => {
      // Not awaited: the next event has to wait for it all the same.
      if (event.data === 'first') await opened;
      void next();
    });
    gateway.of('/').on('say', async (data) => {
      await new Promise(setImmediate);
      order.push(data);
    });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const asked = [a.ask('say', 'first'), a.ask('say', 'second')];
    await b.ask('say', 'other');
    open();
    await Promise.all(asked);
    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('must be a function, and may be registered twice', async () => {
    const gateway = await startGateway();
    expect(() => gateway.use({} as () => void)).toThrow('A middleware must be a function.');
    let calls = 0;
    const counting = (_event: MiddlewareEvent, next: () => unknown) => {
      calls += 1;
      return next();
    };
    const [first] = [gateway.of('/').use(counting), gateway.of('/').use(counting)];
    const a = await plain(gateway);
    await a.ask('message', 1);
    expect(calls).toBe(2);
    first();
    first();
    await a.ask('message', 1);
    expect(calls).toBe(3);
  });
});
