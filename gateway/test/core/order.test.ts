import { EventEmitter, on } from 'node:events';
import { describe, expect, it } from 'vitest';
import { defaultJoinPolicy, type JoinPolicy } from '../../src/auth/join-policy';
import { gate, gone, plain, type Received, SECRET, sdk, startGateway, token } from './support';

const usual = defaultJoinPolicy({ anonymousPresence: true });

/** A gateway that admits to rooms with "slow" in their name only when it is told to. */
async function slowGateway() {
  const { open, opened } = gate();
  const asking = new EventEmitter();
  const policy: JoinPolicy = (...wish) => {
    if (!wish[1].includes('slow')) return usual(...wish);
    asking.emit('asked');
    return opened.then(() => usual(...wish));
  };
  const gateway = await startGateway({ limits: { pending_joins: 3 } }, { policy });
  /** Resolves when so many joins wait for it. */
  const asked = async (times = 1) => {
    for await (const _ of on(asking, 'asked')) if (--times === 0) return;
  };
  return { gateway, open, asked };
}

describe('the events of one connection', () => {
  it('wait for a join that is still being authorized', async () => {
    const { gateway, open } = await slowGateway();
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const listening = b.ask('join', 'slow');
    const replies: unknown[] = [];
    const note = (promise: Promise<unknown>) => promise.then((reply) => replies.push(reply));
    const done = [
      note(a.ask('join', 'slow')),
      note(a.ask('message', { room: 'slow', n: 1 })),
      note(a.ask('join', 'slow')),
      note(a.ask('leave', 'slow')),
      note(a.ask('message', { room: 'slow', n: 2 })),
    ];
    // Others are not held up.
    const c = await plain(gateway);
    await c.ask('join', 'fast');
    expect(replies).toEqual([]);
    open();
    await Promise.all([listening, ...done]);
    expect(replies).toEqual([
      { room: 'slow' },
      { status: 'ok' },
      { room: 'slow' },
      { room: 'slow' },
      { room: 'slow', error: expect.objectContaining({ code: 'not_in_room' }) },
    ]);
    gateway.broadcast('slow', 'end');
    expect(await b.before('end')).toEqual([['message', { room: 'slow', n: 1 }]]);
  });

  it('wait for a token that is being checked', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const a = await plain(gateway);
    const auth = a.ask('auth', { token: await token({ sub: 7 }) });
    const join = a.ask('join', 'user.7');
    const presence = a.ask('join', 'presence-1');
    expect(await auth).toMatchObject({ authenticated: true });
    expect(await join).toEqual({ room: 'user.7' });
    expect(await presence).toMatchObject({ members: [{ user_id: '7' }] });
  });

  it('are done at once where nothing is under way', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const done = new Promise<string[]>((resolve) => {
      gateway.io.sockets.sockets.get(a.id)?.prependAny(() => {
        // Called by Socket.IO just before the gateway's own turn, in the same tick.
        queueMicrotask(async () => resolve((await gateway.channels()).map(({ name }) => name)));
      });
    });
    a.socket.emit('join', 'r');
    expect(await done).toEqual(['r']);
  });

  it('keep their order within a list of rooms', async () => {
    const { gateway, open } = await slowGateway();
    const a = await plain(gateway);
    const reply = a.ask('join', { rooms: ['one', 'slow', 'private-x', 'two'] });
    const after = a.ask('message', { room: 'two' });
    open();
    expect(await reply).toEqual({
      results: [
        { room: 'one' },
        { room: 'slow' },
        { room: 'private-x', error: expect.objectContaining({ code: 'forbidden' }) },
        { room: 'two' },
      ],
    });
    expect(await after).toEqual({ status: 'ok' });
  });

  it('may wait only in a bounded number', async () => {
    const { gateway, open } = await slowGateway();
    const again = gate();
    gateway.of('/').on('hold', () => again.opened);
    const a = await plain(gateway);
    const first = a.ask('join', 'slow');
    const waiting = ['one', 'two', 'three'].map((room) => a.ask('join', room));
    expect(await a.ask('join', 'four')).toMatchObject({ error: { code: 'limit' } });
    expect(await a.ask('leave', 'four')).toMatchObject({ error: { code: 'limit' } });
    open();
    expect(await Promise.all([first, ...waiting])).toEqual(
      ['slow', 'one', 'two', 'three'].map((room) => ({ room })),
    );
    // What is done makes place for as many again.
    a.socket.emit('hold');
    const more = ['four', 'five', 'six'].map((room) => a.ask('leave', room));
    expect(await a.ask('leave', 'seven')).toMatchObject({ error: { code: 'limit' } });
    again.open();
    expect(await Promise.all(more)).toEqual(['four', 'five', 'six'].map((room) => ({ room })));
  });

  it('end with the connection: a join that is authorized too late puts nobody in', async () => {
    const { gateway, open, asked } = await slowGateway();
    const a = await plain(gateway);
    const handled: unknown[] = [];
    gateway.of('/').on('save', (data) => void handled.push(data));
    const waiting = asked();
    a.socket.emit('save', 1);
    a.socket.emit('join', 'presence-slow');
    a.socket.emit('join', 'fast');
    a.socket.emit('save', 2);
    await waiting;
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    open();
    const b = await plain(gateway);
    expect(await b.ask('join', 'presence-slow')).toMatchObject({ members: [{ user_id: b.id }] });
    expect(await gateway.channels()).toEqual([
      { name: 'presence-slow', namespace: '/', connections: 1, users: 1 },
    ]);
    expect(handled).toEqual([1]);
  });
});

describe('a policy that fails', () => {
  it('keeps out of that room alone, and holds nothing up', async () => {
    const policy: JoinPolicy = (...wish) => {
      const room = wish[1];
      if (room === 'throws') throw new Error('secret detail');
      return room === 'rejects' ? Promise.reject(new Error('secret detail')) : usual(...wish);
    };
    const gateway = await startGateway({}, { policy });
    const a = await plain(gateway);
    const error = { code: 'internal', message: 'The gateway could not handle this event.' };
    const list = a.ask('join', { rooms: ['one', 'throws', { room: 'rejects' }, 'two'] });
    for (const room of ['throws', 'rejects']) {
      expect(await a.ask('join', room)).toEqual({ error, room });
      expect(await a.ask('subscribe', room)).toEqual({ error, channel: room });
      expect(a.received.at(-1)).toEqual(['subscription_error', { channel: room, message: error.message }]);
    }
    expect(await list).toEqual({
      results: [{ room: 'one' }, { error, room: 'throws' }, { error, room: 'rejects' }, { room: 'two' }],
    });
    expect(await a.ask('subscribe', 'three')).toEqual({ channel: 'three', subscribed: true });
    expect((await gateway.channels()).map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  });
});

describe('the roster in a reply', () => {
  it('is never older than what its receiver was told before, and all that comes after it is newer', async () => {
    const { gateway, open, asked } = await slowGateway();
    const all = await Promise.all([sdk(gateway), plain(gateway), sdk(gateway), plain(gateway)]);
    const room = 'presence-slow';
    // All of them enter in one go, each before the acknowledgements of the others.
    const waiting = asked(all.length);
    for (const [index, each] of all.entries()) {
      if (index % 2) each.log('batch', [['x'], ['join', { room }]]);
      else each.log('join', { rooms: [{ room }, 'other'] });
    }
    await waiting;
    open();
    for (const each of all) await each.next('ack');
    gateway.broadcast(room, 'end');
    for (const each of all) {
      const joined = (events: Received[]) =>
        events
          .filter(([event]) => event === 'user.joined')
          .map(([, data]) => (data as { user_id: string }).user_id);
      const events = await each.before('end');
      const acked = events.findIndex(([event]) => event === 'ack');
      const [, reply] = await each.next('ack');
      const { results } = reply as { results: { members?: { user_id: string }[] }[] };
      const members = results.flatMap((result) => result.members ?? []).map(({ user_id }) => user_id);
      expect(members).toEqual(expect.arrayContaining([each.id, ...joined(events.slice(0, acked))]));
      // Nobody is missing and nobody is told twice.
      const later = joined(events.slice(acked));
      expect([...members, ...later].sort()).toEqual(all.map(({ id }) => id).sort());
    }
  });
});
