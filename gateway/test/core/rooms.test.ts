import { describe, expect, it } from 'vitest';
import { gone, plain, startGateway } from './support';

describe('joining', () => {
  it('takes a name or an object, in any of its spellings', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    expect(await a.ask('join', { room: 'one', unknown: 'field' })).toEqual({ room: 'one' });
    expect(await a.ask('join', 'two')).toEqual({ room: 'two' });
    expect(await a.ask('join-room', 'three')).toEqual({ room: 'three' });
    expect(await a.ask('subscribe', { channel: 'four' })).toEqual({ channel: 'four', subscribed: true });
    expect(await a.ask('subscribe', 'five')).toEqual({ channel: 'five', subscribed: true });
    for (const room of ['one', 'two', 'three', 'four', 'five']) gateway.broadcast(room, 'sent', room);
    gateway.broadcast('one', 'end');
    const sent = (await a.before('end')).filter(([event]) => event === 'sent');
    expect(sent.map(([, room]) => room)).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('a second time answers as the first, and delivers once', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    expect(await a.ask('join', 'r')).toEqual(await a.ask('join', { room: 'r' }));
    gateway.broadcast('r', 'sent');
    gateway.broadcast('r', 'end');
    expect(await a.before('end')).toEqual([['sent']]);
  });

  it('by subscribe says "subscribed" before the acknowledgement', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    a.log('subscribe', 'news');
    expect(await a.before('ack')).toEqual([['subscribed', { channel: 'news' }]]);
  });

  it('by subscribe says "subscription_error" too when it is refused', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const reply = await a.ask('subscribe', { channel: 'private-x' });
    const message = 'You may not join the private room "private-x".';
    expect(reply).toEqual({ channel: 'private-x', error: { code: 'forbidden', message } });
    expect(a.received).toEqual([['subscription_error', { channel: 'private-x', message }]]);
  });

  it.each([
    ['', 'it must have 1 to 200 characters'],
    ['r'.repeat(300), 'it must have 1 to 200 characters'],
    ['__proto__', 'that name is reserved'],
    ['constructor', 'that name is reserved'],
    ['a..b', 'it may not hold ".."'],
    ['a b', 'it may hold only A-Z a-z 0-9 . _ - :'],
    [7, 'it must be a string'],
    [null, 'it must be a string'],
    [undefined, 'it must be a string'],
  ])('refuses the name %j and says why', async (name, why) => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const error = { code: 'invalid_room', message: `That is not the name of a room: ${why}.` };
    const named = typeof name === 'string' ? { room: name.slice(0, 200) } : {};
    expect(await a.ask('join', { room: name })).toEqual({ error, ...named });
    expect(await a.ask('join', name)).toEqual({ error, ...named });
    expect(await a.ask('leave', { room: name })).toEqual({ error, ...named });
    expect(await a.ask('unsubscribe', { channel: name })).toMatchObject({ error });
    expect(await a.ask('subscribe', { channel: name })).toMatchObject({ error });
    expect(a.received.map(([event]) => event)).toEqual(['subscription_error']);
  });

  it('of a list answers each room, and a bad one fails alone', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const reply = await a.ask('join', { rooms: [{ room: 'one' }, 'a b', { room: 'private-x' }, 'two'] });
    expect(reply).toMatchObject({
      results: [
        { room: 'one' },
        { room: 'a b', error: { code: 'invalid_room' } },
        { room: 'private-x', error: { code: 'forbidden' } },
        { room: 'two' },
      ],
    });
    gateway.broadcast('one', 'sent', 1);
    gateway.broadcast('two', 'end');
    expect(await a.before('end')).toEqual([['sent', 1]]);
    expect(await a.ask('join', { rooms: 'one' })).toMatchObject({ error: { code: 'invalid_payload' } });
  });

  it('is limited in number, and a room that was left makes place', async () => {
    const gateway = await startGateway({ limits: { rooms_per_connection: 2 } });
    const a = await plain(gateway);
    const limit = {
      code: 'limit',
      message: 'A connection may be in at most 2 rooms; leave one first.',
    };
    expect(await a.ask('join', { rooms: ['one', 'two', 'three'] })).toEqual({
      results: [{ room: 'one' }, { room: 'two' }, { room: 'three', error: limit }],
    });
    expect(await a.ask('join', 'one')).toEqual({ room: 'one' });
    expect(await a.ask('join', 'four')).toEqual({ room: 'four', error: limit });
    await a.ask('leave', 'one');
    expect(await a.ask('join', 'four')).toEqual({ room: 'four' });
  });

  it('10,000 times by one socket leaves it in 1,000 rooms and the others undisturbed', async () => {
    const gateway = await startGateway({ limits: { joins_per_second: 0 } });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await b.ask('join', 'room-0');
    const joins = Array.from({ length: 10_000 }, (_, i) => a.ask('join', `room-${i}`));
    await a.ask('join', 'room-0');
    const replies = (await Promise.all(joins)) as { error?: { code: string } }[];
    expect(replies.filter(({ error }) => !error)).toHaveLength(1_000);
    expect(new Set(replies.slice(1_000).map(({ error }) => error?.code))).toEqual(new Set(['limit']));
    expect((await gateway.channels()).length).toBe(1_000);
    gateway.broadcast('room-0', 'end');
    expect(await b.before('end')).toEqual([]);
  });
});

describe('leaving', () => {
  it.each([
    ['leave', { room: 'r' }, { room: 'r' }],
    ['leave', 'r', { room: 'r' }],
    ['leave-room', 'r', { room: 'r' }],
    ['unsubscribe', { channel: 'r' }, { channel: 'r', unsubscribed: true }],
    ['unsubscribe', 'r', { channel: 'r', unsubscribed: true }],
  ])('by %s %j ends what comes from the room', async (event, payload, reply) => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await a.ask('join', { rooms: ['r', 'other'] });
    expect(await a.ask(event, payload)).toEqual(reply);
    gateway.broadcast('r', 'sent');
    gateway.broadcast('other', 'end');
    expect(await a.before('end')).toEqual([]);
    expect(await a.ask(event, payload)).toEqual(reply);
  });

  it('of the last member frees the room', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await a.ask('join', { rooms: ['one', 'two'] });
    await a.ask('leave', 'one');
    expect((await gateway.channels()).map(({ name }) => name)).toEqual(['two']);
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    expect(await gateway.channels()).toEqual([]);
  });
});

describe('the rooms of Socket.IO itself', () => {
  it("hear nothing that a client joins by another's socket id", async () => {
    const gateway = await startGateway();
    const [victim, spy] = [await plain(gateway), await plain(gateway)];
    expect(await spy.ask('join', victim.id)).toEqual({ room: victim.id });
    gateway.io.to(victim.id).emit('secret', 'for the victim');
    gateway.broadcast(victim.id, 'end');
    expect(await victim.next('secret')).toEqual(['secret', 'for the victim']);
    expect(await spy.before('end')).toEqual([]);
    // Nor does leaving that room put the spy out of its own.
    await spy.ask('leave', spy.id);
    gateway.io.to(spy.id).emit('still');
    expect(await spy.next('still')).toEqual(['still']);
  });

  it('cannot be entered by name', async () => {
    const gateway = await startGateway();
    const [a, spy] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    for (const name of ['p/r', 's/r', 'm/r']) {
      expect(await spy.ask('join', name)).toMatchObject({ error: { code: 'invalid_room' } });
    }
  });
});
