import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { ClientError } from '../../src/client-error';
import type { GatewayHooks, Outcome } from '../../src/hooks/hooks';
import { gone, plain, startGateway } from '../core/support';
import { rememberingLogger } from '../limits/support';

const KEY = 'the-key';

/** Hooks that note what begins and what became of it. */
function noting() {
  const notes: string[] = [];
  const outcomes: Outcome[] = [];
  const note =
    <Info>(what: (info: Info) => string) =>
    async (info: Info, run: () => Promise<Outcome>) => {
      notes.push(`${what(info)} begins`);
      const outcome = await run();
      outcomes.push(outcome);
      notes.push(`${what(info)} ${outcome.error?.code ?? 'ok'}`);
    };
  const hooks: GatewayHooks = {
    event: note(({ event, namespace }) => `event ${event} in ${namespace}`),
    join: note(({ room }) => `join ${room}`),
    publish: note(({ event, source, rooms }) => `publish ${event} from ${source} to ${rooms}`),
    request: note(({ method, route, traceparent }) => `${method} ${route} ${traceparent}`),
  };
  return { notes, outcomes, hooks };
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body: JSON.stringify(body),
  });

describe('hooks', () => {
  it('go around events, joins, messages and requests', async () => {
    const { notes, outcomes, hooks } = noting();
    const gateway = await startGateway({ api_key: KEY }, { hooks });
    gateway.of('/').on('own', async () => {
      throw new ClientError('rejected', 'not now');
    });
    const one = await plain(gateway);
    await one.ask('join', 'room');
    await one.ask('join', 'private-room');
    await one.ask('batch', [['chat', 1], ['own']]);
    await post(
      `${gateway.url}/api/broadcast`,
      { channel: 'room', event: 'news', data: 1 },
      { traceparent: '00-a-b-01' },
    );
    await post(`${gateway.url}/api/users/7/send`, { event: 'note', data: 1 });
    await post(`${gateway.url}/api/broadcast`, { channel: '..', event: 'news' });
    expect(notes.filter((note) => !note.endsWith('begins')).sort()).toEqual(
      [
        'event join in / ok',
        'join room ok',
        'event join in / forbidden',
        'join private-room forbidden',
        'event batch in / ok',
        'event chat in / ok',
        'publish chat from client to room ok',
        'event own in / rejected',
        'POST /api/broadcast 00-a-b-01 ok',
        'publish news from server to room ok',
        'POST /api/users/{id}/send undefined ok',
        'publish note from server to user.7 ok',
        'POST /api/broadcast undefined invalid_room',
      ].sort(),
    );
    expect(notes.indexOf('event batch in / begins')).toBeLessThan(notes.indexOf('event chat in / begins'));
    expect(notes.indexOf('event batch in / ok')).toBeGreaterThan(notes.indexOf('event own in / rejected'));
    expect(outcomes.filter(({ cause }) => cause)).toHaveLength(1);
  });

  it('keep the context in which they call run, in handlers and in what these publish', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: [string, string | undefined][] = [];
    const gateway = await startGateway(
      {},
      {
        hooks: {
          event: ({ event }, run) => context.run(event, run),
          publish: ({ event }, run) => {
            seen.push([event, context.getStore()]);
            return run();
          },
        },
      },
    );
    gateway.of('/').on('own', async (_data, { broadcast }) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(['handler', context.getStore()]);
      broadcast('room', 'made');
    });
    const one = await plain(gateway);
    await Promise.all([one.ask('own'), one.ask('chat', { room: 'x' }), one.ask('join', 'room')]);
    await one.ask('chat');
    expect(seen).toEqual([
      ['handler', 'own'],
      ['made', 'own'],
      ['chat', 'chat'],
    ]);
    expect(context.getStore()).toBeUndefined();
  });

  it.each<[string, GatewayHooks['event']]>([
    ['does not call run', () => {}],
    [
      'calls it twice, and late',
      (_info, run) => {
        void run();
        void run();
        setImmediate(() => void run());
      },
    ],
    [
      'throws before',
      () => {
        throw new Error('broken hook');
      },
    ],
    [
      'throws after',
      (_info, run) => {
        void run();
        throw new Error('broken hook');
      },
    ],
    [
      'rejects',
      async (_info, run) => {
        await run();
        throw new Error('broken hook');
      },
    ],
  ])('change nothing where one %s', async (how, event) => {
    const { logger, logged } = rememberingLogger();
    const gateway = await startGateway({}, { hooks: event ? { event } : {}, logger });
    let calls = 0;
    gateway.of('/').on('own', (data) => {
      calls += 1;
      return { data };
    });
    gateway.of('/').on('bad', () => {
      throw new Error('a fault of the handler');
    });
    const one = await plain(gateway);
    expect(await one.ask('own', 1)).toEqual({ data: 1 });
    expect(calls).toBe(1);
    expect(await one.ask('bad')).toHaveProperty('error.code', 'internal');
    expect(await one.ask('join', 'room')).toEqual({ room: 'room' });
    const told = logged.filter(({ message }) => message === 'a hook failed');
    expect(told).toHaveLength(/throws|rejects/.test(how) ? 3 : 0);
    expect(logged.filter(({ message }) => message === 'an event could not be handled')).toHaveLength(1);
  });

  it('learn what was thrown, though the client does not', async () => {
    const { outcomes, hooks } = noting();
    const gateway = await startGateway({}, { hooks });
    const fault = new Error('a fault of the handler');
    gateway.of('/').on('bad', () => {
      throw fault;
    });
    gateway.of('/').on('odd', async () => {
      throw { toString: 1 };
    });
    const one = await plain(gateway);
    await one.ask('bad');
    await one.ask('odd');
    expect(outcomes).toEqual([
      { error: { code: 'internal', message: 'a fault of the handler' }, cause: fault },
      {
        error: { code: 'internal', message: 'something was thrown that is no error' },
        cause: { toString: 1 },
      },
    ]);
  });

  it('follow connections until they are gone', async () => {
    const notes: string[] = [];
    const { logger, logged } = rememberingLogger();
    const gateway = await startGateway(
      {},
      {
        logger,
        hooks: {
          connection({ namespace, socket }) {
            notes.push(`${namespace} ${socket.id}`);
            if (namespace === '/odd') throw new Error('broken hook');
            return (reason) => void notes.push(reason);
          },
        },
      },
    );
    const one = await plain(gateway, '/chat');
    const away = gone(gateway, one, '/chat');
    const { id } = one;
    one.socket.disconnect();
    await away;
    const odd = await plain(gateway, '/odd');
    expect(await odd.ask('join', 'room')).toEqual({ room: 'room' });
    expect(notes).toEqual([`/chat ${id}`, 'client namespace disconnect', `/odd ${odd.id}`]);
    expect(logged.filter(({ message }) => message === 'a hook failed')).toHaveLength(1);
  });
});
