import { describe, expect, it } from 'vitest';
import { gone, plain, SECRET, sdk, startGateway, token, user } from './support';

const ROOM = 'presence.room.1';
const at = expect.any(Number);

describe('presence', () => {
  it('answers a join with all members, the joiner among them, and tells the others', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const [a, b] = [await user(gateway, 1), await user(gateway, 2)];
    const one = { user_id: '1', user_info: { name: 'User 1' }, connected_at: at };
    const two = { user_id: '2', user_info: { name: 'User 2' }, connected_at: at };
    expect(await a.ask('join', ROOM)).toEqual({ room: ROOM, members: [one] });
    expect(await b.ask('subscribe', ROOM)).toEqual({ channel: ROOM, subscribed: true, members: [one, two] });
    expect(await a.next('user.joined')).toEqual([
      'user.joined',
      { user_id: '2', user_info: { name: 'User 2' }, channel: ROOM },
    ]);
    expect(await a.ask('join', ROOM)).toEqual({ room: ROOM, members: [one, two] });
    await b.ask('leave', ROOM);
    expect(await a.next('user.left')).toEqual(['user.left', { user_id: '2', channel: ROOM }]);
    gateway.broadcast(ROOM, 'end');
    expect((await a.before('end')).map(([event]) => event)).toEqual(['user.joined', 'user.left']);
    expect(b.received.map(([event]) => event)).toEqual(['subscribed']);
  });

  it('pain 14: two tabs of one user are one entry, until the last is closed', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const [watcher, tab, other] = [await user(gateway, 1), await user(gateway, 7), await user(gateway, '7')];
    await watcher.ask('join', ROOM);
    await tab.ask('join', ROOM);
    const reply = (await other.ask('join', ROOM)) as { members: { user_id: string }[] };
    expect(reply.members.map(({ user_id }) => user_id)).toEqual(['1', '7']);
    expect(await gateway.channel(ROOM).getPresenceData()).toEqual([
      { user_id: '1', user_info: { name: 'User 1' }, connected_at: at },
      { user_id: '7', user_info: { name: 'User 7' }, connected_at: at },
    ]);
    expect(await gateway.channels()).toContainEqual({
      name: ROOM,
      namespace: '/',
      connections: 3,
      users: 2,
    });
    const closed = gone(gateway, tab);
    tab.socket.disconnect();
    await closed;
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(2);
    gateway.broadcast(ROOM, 'end');
    expect((await watcher.before('end')).map(([event]) => event)).toEqual(['user.joined']);
    other.socket.disconnect();
    expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: '7', channel: ROOM }]);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(1);
  });

  it('pain 14: the first tab to leave removes nobody', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const [watcher, tab, other] = [await user(gateway, 1), await user(gateway, 7), await user(gateway, 7)];
    for (const each of [watcher, tab, other]) await each.ask('join', ROOM);
    await tab.ask('leave', ROOM);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(2);
    gateway.broadcast(ROOM, 'end');
    expect((await watcher.before('end')).map(([event]) => event)).toEqual(['user.joined']);
    other.socket.disconnect();
    expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: '7', channel: ROOM }]);
  });

  it('pain 15: an update is one event of its own, to all members', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const [watcher, tab, other] = [await user(gateway, 1), await user(gateway, 7), await user(gateway, 7)];
    for (const each of [watcher, tab, other]) await each.ask('join', ROOM);
    for (const each of [watcher, tab, other]) each.clear();
    const user_info = { name: 'Ada', status: 'away' };
    expect(await tab.ask('presence.update', { room: ROOM, user_info })).toEqual({ room: ROOM });
    gateway.broadcast(ROOM, 'end');
    const updated = [['user.updated', { user_id: '7', user_info, channel: ROOM }]];
    expect(await watcher.before('end')).toEqual(updated);
    expect(await other.before('end')).toEqual(updated);
    expect(await tab.before('end')).toEqual(updated);
    expect(await gateway.channel(ROOM).getPresenceData()).toContainEqual({
      user_id: '7',
      user_info,
      connected_at: at,
    });
  });

  it('lets in whoever comes to members that show binary data, and what looks like it', async () => {
    const gateway = await startGateway();
    const [a, b, c] = [await plain(gateway), await plain(gateway), await plain(gateway)];
    const shown = (user_info: unknown) => ({ room: ROOM, channel_data: { user_info } });
    await a.ask('join', shown({ _placeholder: true, num: 99 }));
    await b.ask('join', shown(Buffer.from([7])));
    const { members } = (await c.ask('join', ROOM)) as { members: { user_info: unknown }[] };
    expect(members.map(({ user_info }) => user_info)).toEqual([{ num: 99 }, Buffer.from([7]), {}]);
  });

  it('refuses an update from outside, without a value, or too large', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await a.ask('join', { rooms: [ROOM, 'public'] });
    const update = (room: string, user_info?: unknown) => a.ask('presence.update', { room, user_info });
    expect(await update('presence.other', {})).toMatchObject({ error: { code: 'not_in_room' } });
    expect(await update('public', {})).toMatchObject({ error: { code: 'not_in_room' } });
    expect(await update('a b', {})).toMatchObject({ error: { code: 'invalid_room' } });
    expect(await update(ROOM)).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(await update(ROOM, 'x'.repeat(20_000))).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(await update(ROOM, null)).toEqual({ room: ROOM });
  });

  it('tells a client that ends in any way', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, presence_grace: 0 });
    const [watcher, a] = [await user(gateway, 1), await user(gateway, 2)];
    await watcher.ask('join', { rooms: [ROOM, 'presence-2'] });
    await a.ask('join', { rooms: [ROOM, 'presence-2'] });
    watcher.clear();
    a.socket.io.engine.close();
    await watcher.next('user.left');
    gateway.broadcast(ROOM, 'end');
    expect(await watcher.before('end')).toEqual([
      ['user.left', { user_id: '2', channel: ROOM }],
      ['user.left', { user_id: '2', channel: 'presence-2' }],
    ]);
  });

  it('gives the SDK its events with meta', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdk(gateway), await plain(gateway)];
    await a.ask('join', ROOM);
    await b.ask('join', { room: ROOM, channel_data: { user_info: { name: 'Bo' } } });
    const payload = { user_id: b.id, user_info: { name: 'Bo' }, channel: ROOM };
    expect(await a.next('user.joined')).toEqual([
      'user.joined',
      payload,
      { channel: ROOM, id: expect.any(String), timestamp: at },
    ]);
  });

  it('gives presence:member_added and _removed to those plain clients alone that came by subscribe', async () => {
    const gateway = await startGateway();
    const [subscriber, joiner, ours, guest] = await Promise.all([
      plain(gateway),
      plain(gateway),
      sdk(gateway),
      plain(gateway),
    ]);
    await subscriber.ask('subscribe', 'presence-1');
    await joiner.ask('join', 'presence-1');
    await ours.ask('subscribe', 'presence-1');
    for (const each of [subscriber, joiner, ours]) each.clear();
    await guest.ask('subscribe', { channel: 'presence-1', channel_data: { user_info: 'guest' } });
    await guest.ask('unsubscribe', 'presence-1');
    gateway.broadcast('presence-1', 'end');
    const names = async (each: typeof ours) => (await each.before('end')).map(([event]) => event);
    expect(await names(joiner)).toEqual(['user.joined', 'user.left']);
    expect(await names(ours)).toEqual(['user.joined', 'user.left']);
    const added = { user_id: guest.id, user_info: 'guest', channel: 'presence-1' };
    expect(await subscriber.before('end')).toEqual([
      ['user.joined', added],
      ['presence:member_added', added],
      ['user.left', { user_id: guest.id, channel: 'presence-1' }],
      ['presence:member_removed', { user_id: guest.id, channel: 'presence-1' }],
    ]);
  });
});

describe('presence:member_added', () => {
  it('comes no more after the room was left, nor after it was joined again by join', async () => {
    const gateway = await startGateway();
    const [a, guest] = await Promise.all([plain(gateway), plain(gateway)]);
    await a.ask('join', 'other');
    await a.ask('subscribe', 'presence-1');
    await a.ask('unsubscribe', 'presence-1');
    await guest.ask('join', 'presence-1');
    await guest.ask('leave', 'presence-1');
    await a.ask('join', 'presence-1');
    await guest.ask('join', 'presence-1');
    gateway.broadcast('other', 'end');
    expect((await a.before('end')).map(([event]) => event)).toEqual(['subscribed', 'user.joined']);
    // And once the room is subscribed to as well, it comes.
    await a.ask('subscribe', 'presence-1');
    await guest.ask('leave', 'presence-1');
    expect(await a.next('presence:member_removed')).toBeDefined();
  });
});

describe('anonymous members', () => {
  it('are let in in development mode, under the id of their socket', async () => {
    const gateway = await startGateway();
    expect(gateway.developmentMode).toBe(true);
    const a = await plain(gateway);
    const join = (channel_data: unknown, room = ROOM) => a.ask('join', { room, channel_data });
    const member = (user_info: unknown) => [{ user_id: a.id, user_info, connected_at: at }];
    expect(await join({ user_id: 'pose', user_info: { name: 'Ada' } })).toEqual({
      room: ROOM,
      members: member({ name: 'Ada' }),
    });
    const json = JSON.stringify({ user_id: 'pose', user_info: { name: 'Bo' } });
    expect(await join(json, 'presence-2')).toMatchObject({ members: member({ name: 'Bo' }) });
    expect(await join(undefined, 'presence-3')).toMatchObject({ members: member({}) });
  });

  it('are told what is wrong with their channel_data', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    for (const channel_data of ['{no json', '[]', 7, [], { user_info: 'x'.repeat(20_000) }]) {
      expect(await a.ask('join', { room: ROOM, channel_data })).toMatchObject({
        room: ROOM,
        error: { code: 'invalid_payload' },
      });
    }
    expect(await gateway.channels()).toEqual([]);
  });

  it('are refused as soon as anything is configured, unless they are asked for', async () => {
    const strict = await startGateway({ jwt_secret: SECRET });
    expect(strict.developmentMode).toBe(false);
    const a = await plain(strict);
    expect(await a.ask('join', ROOM)).toMatchObject({ room: ROOM, error: { code: 'unauthorized' } });
    const open = await startGateway({ jwt_secret: SECRET, anonymous_presence: true });
    const b = await plain(open);
    expect(await b.ask('join', ROOM)).toMatchObject({ members: [{ user_id: b.id }] });
    const closed = await startGateway({ anonymous_presence: false });
    const c = await plain(closed);
    expect(await c.ask('join', ROOM)).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('never get the private rooms', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    for (const room of ['private-x', 'private.x', 'user.7', `user.${a.id}`]) {
      expect(await a.ask('join', room)).toMatchObject({ room, error: { code: 'forbidden' } });
    }
  });

  it('do not lend their id to an authenticated user, who may bring what the others see', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const a = await plain(gateway, '/', {
      auth: { token: await token({ sub: 7, username: 'ada', email: 'a@b.c', roles: ['x'] }) },
    });
    expect(
      await a.ask('join', { room: ROOM, channel_data: { user_id: '1', user_info: { name: 'Admin' } } }),
    ).toEqual({
      room: ROOM,
      members: [{ user_id: '7', user_info: { name: 'Admin' }, connected_at: at }],
    });
  });
});
