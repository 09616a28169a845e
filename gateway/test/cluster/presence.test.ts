import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/broker/broker';
import { plain, SECRET, type TestClient } from '../core/support';
import { lose } from '../log/support';
import { howeverLinked, members, type Node, pair, startCluster, times, until, userAt } from './support';

const ROOM = 'presence-r';

/** Who came, went and changed, as a client was told. */
function news({ received }: TestClient): string[] {
  return received.flatMap(([event, payload]) =>
    /^user\./.test(event) ? [`${event} ${(payload as { user_id: string }).user_id}`] : [],
  );
}

async function joined(client: TestClient): Promise<string[]> {
  const { members } = (await client.ask('join', ROOM)) as { members: { user_id: string }[] };
  return members.map(({ user_id }) => user_id).sort();
}

async function toldOf(client: TestClient, wanted: string): Promise<void> {
  await until(() => news(client).includes(wanted));
}

howeverLinked(() => {
  describe('presence over several gateways', () => {
    it('a user is one member, who comes with its first connection and goes with its last', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, presence_grace: 0 });
      const watcher = await userAt(a, 'w');
      expect(await joined(watcher)).toEqual(['w']);
      const [one, two] = [await userAt(a, '7'), await userAt(b, '7')];
      expect(await joined(one)).toEqual(['7', 'w']);
      expect(await joined(two)).toEqual(['7', 'w']);
      const far = await userAt(b, '8');
      expect(await joined(far)).toEqual(['7', '8', 'w']);
      for (const node of [a, b]) expect(await members(node, ROOM)).toEqual(['7', '8', 'w']);
      one.socket.disconnect();
      await far.ask('leave', ROOM);
      await toldOf(watcher, 'user.left 8');
      two.socket.disconnect();
      await toldOf(watcher, 'user.left 7');
      expect(news(watcher)).toEqual(['user.joined 7', 'user.joined 8', 'user.left 8', 'user.left 7']);
      expect(news(two)).toEqual(['user.joined 8', 'user.left 8']);
      expect(news(one)).toEqual(['user.joined 8']);
      for (const node of [a, b]) expect(await members(node, ROOM)).toEqual(['w']);
    });

    it('the entry is the same everywhere, and so are its updates', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const [here, there] = [await userAt(a, '7'), await userAt(b, '8')];
      await joined(here);
      await joined(there);
      expect(await here.ask('presence.update', { room: ROOM, user_info: { away: true } })).toEqual({
        room: ROOM,
      });
      await toldOf(there, 'user.updated 7');
      await toldOf(here, 'user.updated 7');
      const rosters = await Promise.all([a, b].map(({ gateway }) => gateway.channel(ROOM).getPresenceData()));
      expect(rosters[0]).toEqual(rosters[1]);
      expect(rosters[0]?.map(({ user_info }) => user_info)).toEqual([{ away: true }, { name: 'User 8' }]);
      const late = (await (await userAt(b, '9')).ask('join', ROOM)) as { members: unknown[] };
      expect(late.members.slice(0, 2)).toEqual(rosters[0]);
      const channels = await a.gateway.channels();
      expect(channels.filter(({ name }) => name === ROOM)).toEqual([
        { name: ROOM, namespace: '/', connections: 3, users: 3 },
      ]);
    });

    it('who is lost and comes back to another node was never gone', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, presence_grace: 1_500 });
      const watcher = await userAt(b, 'w');
      await joined(watcher);
      const lost = await userAt(a, '7');
      await joined(lost);
      await lose(a.gateway, lost);
      const back = await userAt(b, '7');
      expect(await joined(back)).toEqual(['7', 'w']);
      // Who is lost for good takes as long as the first, after whom nobody was told of anything.
      const gone = await userAt(a, '8');
      await joined(gone);
      await lose(a.gateway, gone);
      await toldOf(watcher, 'user.left 8');
      expect(news(watcher)).toEqual(['user.joined 7', 'user.joined 8', 'user.left 8']);
      expect(await members(a, ROOM)).toEqual(['7', 'w']);
    });

    it('who comes back to another node from one that is closed was never gone', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, presence_grace: 1_500 });
      const watcher = await userAt(b, 'w');
      for (const client of [watcher, await userAt(a, '7'), await userAt(a, '8')]) await joined(client);
      await a.gateway.close();
      await until(() => b.broker.nodes().length === 1);
      expect(await joined(await userAt(b, '7'))).toEqual(['7', '8', 'w']);
      await toldOf(watcher, 'user.left 8');
      expect(news(watcher)).toEqual(['user.joined 7', 'user.joined 8', 'user.left 8']);
      expect(await members(b, ROOM)).toEqual(['7', 'w']);
    });

    it('users of a node that died are gone, and back when it was only held up', async () => {
      const nodes = await startCluster(3, { jwt_secret: SECRET });
      const [a, b, c] = nodes as [Node, Node, Node];
      const [watcher, both, alone] = [
        await userAt(b, 'w'),
        await userAt(c, 'both'),
        await userAt(a, 'alone'),
      ];
      for (const client of [watcher, both, alone, await userAt(a, 'both')]) await joined(client);
      await a.drop();
      await toldOf(watcher, 'user.left alone');
      expect(await members(c, ROOM)).toEqual(['both', 'w']);
      await a.mend();
      await until(async () => (await members(c, ROOM)).length === 3);
      await times(watcher, 'user.joined', 3);
      expect(news(watcher).slice(-2)).toEqual(['user.left alone', 'user.joined alone']);
      // Its own users have been there all the time.
      expect(news(alone)).toEqual([]);
      expect(await members(a, ROOM)).toEqual(['alone', 'both', 'w']);
    });

    it('while a node is cut off its users see each other, and all is made good afterwards', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, presence_grace: 0 });
      const [here, far, goer] = [await userAt(a, 'here'), await userAt(b, 'far'), await userAt(a, 'goer')];
      for (const client of [far, goer, here]) await joined(client);
      await a.cut();
      const comer = await userAt(a, 'comer');
      expect(await joined(comer)).toEqual(['comer', 'far', 'goer', 'here']);
      await here.ask('presence.update', { room: ROOM, user_info: 'new' });
      await goer.ask('leave', ROOM);
      await toldOf(here, 'user.left goer');
      const other = await userAt(b, 'other');
      await joined(other);
      await far.ask('leave', ROOM);
      expect(news(here)).toEqual(['user.joined comer', 'user.updated here', 'user.left goer']);
      await expect(a.gateway.channel(ROOM).getPresenceData()).rejects.toThrow(BrokerError);
      await a.mend();
      await toldOf(here, 'user.joined other');
      await toldOf(here, 'user.left far');
      await toldOf(other, 'user.left goer');
      await toldOf(other, 'user.joined comer');
      await toldOf(other, 'user.updated here');
      for (const node of [a, b]) expect(await members(node, ROOM)).toEqual(['comer', 'here', 'other']);
      expect(news(here).sort()).toEqual([
        'user.joined comer',
        'user.joined other',
        'user.left far',
        'user.left goer',
        'user.updated here',
      ]);
    });

    it('a room that a node could not ask for is told when it can be', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      await joined(await userAt(b, 'far'));
      await a.cut();
      const here = await userAt(a, 'here');
      expect(await joined(here)).toEqual(['here']);
      await a.mend();
      await toldOf(here, 'user.joined far');
      expect(await members(b, ROOM)).toEqual(['far', 'here']);
    });

    it('a node that stops takes its users along', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const watcher = await userAt(b, 'w');
      for (const client of [watcher, await userAt(a, '7')]) await joined(client);
      await a.gateway.close();
      await toldOf(watcher, 'user.left 7');
      expect(await members(b, ROOM)).toEqual(['w']);
    });

    it('plain members that came by subscribe, and Echo, hear of those elsewhere', async () => {
      const { a, b } = await pair({ anonymous_presence: true, jwt_secret: SECRET });
      const [simple, echo] = [await plain(a.gateway), await plain(a.gateway)];
      await simple.ask('subscribe', ROOM);
      echo.socket.emit('subscribe', { channel: ROOM, auth: {} });
      await echo.next('presence:subscribed');
      echo.clear();
      const far = await userAt(b, '7');
      await joined(far);
      far.socket.disconnect();
      const [, added] = await simple.next('presence:member_added');
      expect(added).toMatchObject({ channel: ROOM });
      await until(() => simple.received.some(([event]) => event === 'presence:member_added'));
      expect(await echo.next('presence:joining')).toMatchObject(['presence:joining', ROOM, { user_id: '7' }]);
    });

    it('a room of many costs one who comes no more than its own entry', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const watcher = await userAt(b, 'w');
      await joined(watcher);
      await joined(await userAt(a, 'first'));
      const asked: string[] = [];
      for (const { broker } of [a, b]) {
        const { roster } = broker;
        broker.roster = (room) => {
          asked.push(room);
          return roster.call(broker, room);
        };
      }
      expect(await joined(await userAt(a, 'second'))).toEqual(['first', 'second', 'w']);
      await toldOf(watcher, 'user.joined second');
      expect(asked).toEqual([]);
    });
  });
});
