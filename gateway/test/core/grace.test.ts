import { describe, expect, it } from 'vitest';
import { lose } from '../log/support';
import { gone, plain, SECRET, startGateway, token, user } from './support';

const ROOM = 'presence.room.1';

/** Time goes on only when a test says so. */
async function withGrace(presence_grace = 50) {
  const time = { now: 0 };
  const settings = { jwt_secret: SECRET, anonymous_presence: true, presence_grace };
  const gateway = await startGateway(settings, { now: () => time.now });
  const watcher = await user(gateway, 1);
  await watcher.ask('join', ROOM);
  return { gateway, watcher, time };
}

describe('a member whose connection is lost', () => {
  it('stays in the roster, and nobody is told anything when it comes back', async () => {
    const { gateway, watcher } = await withGrace();
    const a = await user(gateway, 7);
    await a.ask('join', ROOM);
    const before = await gateway.channel(ROOM).getPresenceData();
    for (let round = 0; round < 3; round++) {
      const connection = round === 0 ? a : await user(gateway, 7);
      expect(await connection.ask('join', ROOM)).toMatchObject({ members: before });
      await lose(gateway, connection);
      expect(await gateway.channel(ROOM).getPresenceData()).toEqual(before);
    }
    gateway.broadcast(ROOM, 'end');
    expect((await watcher.before('end')).map(([event]) => event)).toEqual(['user.joined']);
  });

  it('is told to have left when its time is over', async () => {
    const { gateway, watcher, time } = await withGrace();
    await watcher.ask('subscribe', 'presence-2');
    const a = await user(gateway, 7);
    await a.ask('join', { rooms: [ROOM, 'presence-2'] });
    watcher.clear();
    await lose(gateway, a);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(2);
    time.now = 50;
    await watcher.next('presence:member_removed');
    const left = { user_id: '7', channel: 'presence-2' };
    expect(watcher.received).toEqual([
      ['user.left', { ...left, channel: ROOM }],
      ['user.left', left],
      ['presence:member_removed', left],
    ]);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(1);
  });

  it('has its time from when it was lost last', async () => {
    const { gateway, watcher, time } = await withGrace();
    const [a, b] = [await user(gateway, 7), await user(gateway, 8)];
    for (const each of [a, b]) await each.ask('join', ROOM);
    watcher.clear();
    await lose(gateway, a);
    const back = await user(gateway, 7);
    await back.ask('join', ROOM);
    await lose(gateway, b);
    time.now = 30;
    await lose(gateway, back);
    time.now = 50;
    expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: '8', channel: ROOM }]);
    watcher.clear();
    time.now = 80;
    expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: '7', channel: ROOM }]);
  });

  it('is told of when it comes back as somebody else to look at', async () => {
    const { gateway, watcher } = await withGrace();
    const as = async (name: string) =>
      plain(gateway, '/', { auth: { token: await token({ sub: 7, name }) } });
    const a = await as('Ada');
    await a.ask('join', ROOM);
    watcher.clear();
    await lose(gateway, a);
    const back = await as('Ada L.');
    const { members } = (await back.ask('join', ROOM)) as { members: unknown[] };
    expect(members).toContainEqual(expect.objectContaining({ user_info: { name: 'Ada L.' } }));
    gateway.broadcast(ROOM, 'end');
    const shown = { user_id: '7', user_info: { name: 'Ada L.' }, channel: ROOM };
    expect(await watcher.before('end')).toEqual([['user.updated', shown]]);
    expect(await back.before('end')).toEqual([]);
  });

  it.each([
    ['leaves', (a) => a.ask('leave', ROOM)],
    ['disconnects', (a) => void a.socket.disconnect()],
    ['is put out', (a) => a.ask('out')],
  ] satisfies [string, (a: Awaited<ReturnType<typeof user>>) => unknown][])(
    'is not one that %s',
    async (_what, act) => {
      const { gateway, watcher } = await withGrace();
      gateway.of('/').on('out', (_data, { disconnect }) => disconnect());
      const a = await user(gateway, 7);
      await a.ask('join', ROOM);
      void act(a);
      expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: '7', channel: ROOM }]);
    },
  );

  it('is not one without a name, who would come back as somebody else', async () => {
    const { gateway, watcher } = await withGrace();
    const a = await plain(gateway);
    await a.ask('join', ROOM);
    const { id } = a;
    await lose(gateway, a);
    expect(await watcher.next('user.left')).toEqual(['user.left', { user_id: id, channel: ROOM }]);
  });

  it('may leave by another connection meanwhile', async () => {
    const { gateway, watcher } = await withGrace();
    const [a, b] = [await user(gateway, 7), await user(gateway, 7)];
    await a.ask('join', ROOM);
    await lose(gateway, a);
    await b.ask('join', ROOM);
    await b.ask('leave', ROOM);
    expect(await watcher.next('user.left')).toBeDefined();
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(1);
  });

  it('keeps its place also as the only one, and the room goes when the time is over', async () => {
    const { gateway, time } = await withGrace();
    const a = await user(gateway, 7);
    await a.ask('join', 'presence-own');
    const members = await gateway.channel('presence-own').getPresenceData();
    await lose(gateway, a);
    const back = await user(gateway, 7);
    expect(await back.ask('join', 'presence-own')).toMatchObject({ members });
    await lose(gateway, back);
    time.now = 50;
    while ((await gateway.channels()).length > 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await gateway.channels()).map(({ name }) => name)).toEqual(['user.1', ROOM]);
    expect(await gateway.channel('presence-own').getPresenceData()).toEqual([]);
  });

  it('holds up no gateway that stops, and is told of to nobody then', async () => {
    const { gateway, watcher } = await withGrace();
    const a = await user(gateway, 7);
    await a.ask('join', ROOM);
    await lose(gateway, a);
    const b = await user(gateway, 8);
    await b.ask('join', ROOM);
    watcher.clear();
    const over = gone(gateway, watcher);
    await gateway.close();
    await over;
    expect(watcher.received.map(([event]) => event)).toEqual(['toporia:bye']);
  });
});
