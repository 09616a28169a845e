import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/broker/broker';
import { client, connected, plain, refused, SECRET, sdk, token } from '../core/support';
import { disconnected } from '../limits/support';
import { howeverLinked, type Node, pair, startCluster, until, userAt } from './support';

howeverLinked(() => {
  describe('kicking a user', () => {
    it('ends its connections on all gateways, and says how many', async () => {
      const [a, b, c] = (await startCluster(3, { jwt_secret: SECRET })) as [Node, Node, Node];
      const own = [await userAt(a, '7'), await userAt(b, '7', '/x')];
      const other = await userAt(b, '8');
      const ended = own.map(disconnected);
      expect(await c.gateway.kick(7, { reason: 'enough' })).toBe(2);
      expect(await Promise.all(ended)).toEqual(['io server disconnect', 'io server disconnect']);
      for (const one of own)
        expect(await one.next('toporia:bye')).toEqual(['toporia:bye', { code: 'kicked', reason: 'enough' }]);
      expect(other.socket.connected).toBe(true);
      expect(await c.gateway.kick('nobody')).toBe(0);
    });

    it('in one namespace leaves the others alone', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const [root, chat] = [await userAt(b, '7'), await userAt(b, '7', '/chat')];
      const ended = disconnected(chat);
      expect(await a.gateway.kick('7', { namespace: 'chat' })).toBe(1);
      await ended;
      expect(await chat.next('toporia:bye')).toEqual(['toporia:bye', { code: 'kicked' }]);
      expect(root.socket.connected).toBe(true);
    });

    it('counts a connection with several namespaces once, also without other gateways', async () => {
      const [a] = (await startCluster(1, { jwt_secret: SECRET })) as [Node];
      const auth = { token: await token({ sub: '7' }) };
      const root = await plain(a.gateway, '/', { auth });
      const chat = root.socket.io.socket('/chat', { auth });
      chat.connect();
      await new Promise<void>((resolve) => chat.on('connect', resolve));
      expect(await a.gateway.kick('7')).toBe(1);
      await until(() => !root.socket.connected && !chat.connected);
    });

    it('rejects where not all gateways could be told', async () => {
      const { a } = await pair({ jwt_secret: SECRET });
      const here = await userAt(a, '7');
      const ended = disconnected(here);
      await a.cut();
      await expect(a.gateway.kick('7')).rejects.toThrow(BrokerError);
      await ended;
      await expect(a.gateway.kick('')).rejects.toThrow('A user id must be');
    });

    it('rejects where one of them does not answer, when the others have', async () => {
      const [a, b, c] = (await startCluster(3, { jwt_secret: SECRET })) as [Node, Node, Node];
      const ended = disconnected(await userAt(b, '7'));
      // Held up, and not yet taken for dead.
      c.broker.tell = async () => {};
      await expect(a.gateway.kick('7')).rejects.toMatchObject({ name: 'BrokerError', maybeDone: true });
      await ended;
      expect((await a.gateway.channels()).map(({ name }) => name)).toEqual([]);
    });

    it('tells the SDK not to come back', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET });
      const one = await sdk(b.gateway, '/', { token: await token({ sub: '7' }) });
      const ended = disconnected(one);
      expect(await a.gateway.kick('7')).toBe(1);
      expect(await ended).toBe('io server disconnect');
    });
  });

  describe('the connections of a user', () => {
    const limits = { connections_per_user: 2 };

    async function attempt({ gateway }: Node) {
      return client(gateway, '/', { auth: { token: await token({ sub: '7' }) } });
    }

    it('are limited over all gateways', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits });
      const one = await attempt(a);
      const two = await attempt(b);
      await connected(one);
      await connected(two);
      for (const node of [a, b])
        expect((await refused(await attempt(node))).data).toMatchObject({ code: 'limit' });
      one.socket.disconnect();
      await until(() => a.gateway.stats().connections === 0);
      await connected(await attempt(b));
      expect((await refused(await attempt(a))).data).toMatchObject({ code: 'limit', retry_after: 5_000 });
    });

    it('by the event auth, too', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits: { connections_per_user: 1 } });
      await userAt(a, '7');
      const late = await plain(b.gateway);
      const told = await late.ask('auth', { token: await token({ sub: '7' }) });
      expect(told).toMatchObject({ error: { code: 'limit' } });
    });

    it('do not count any more when their gateway is gone', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits });
      for (const _ of [1, 2]) await connected(await attempt(a));
      await a.drop();
      for (const _ of [1, 2]) await connected(await attempt(b));
      // It is back, and so are its two.
      await a.mend();
      const sum = async (change: 1 | -1) => b.broker.count('connections default/7', change);
      // Counted once more, and once less.
      await until(async () => (await sum(1)) + (await sum(-1)) === 9);
      for (const node of [a, b])
        expect((await refused(await attempt(node))).data).toMatchObject({ code: 'limit' });
    });

    it('are counted here alone while the broker can not be reached, and made good afterwards', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits });
      await connected(await attempt(b));
      await a.cut();
      for (const _ of [1, 2]) await connected(await attempt(a));
      expect((await refused(await attempt(a))).data).toMatchObject({ code: 'limit' });
      await a.mend();
      await until(() => a.gateway.isReady);
      expect((await refused(await attempt(b))).data).toMatchObject({ code: 'limit' });
    });
  });

  describe('the members of a room', () => {
    it('are limited over all gateways', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits: { members_per_room: 2 } });
      const [one, two, three] = [await userAt(a, '1'), await userAt(b, '2'), await userAt(a, '3')];
      expect(await one.ask('join', 'presence-r')).toMatchObject({ room: 'presence-r' });
      expect(await two.ask('join', 'presence-r')).toMatchObject({ room: 'presence-r' });
      // Its gateway knows of both by then.
      await one.next('user.joined');
      expect(await three.ask('join', 'presence-r')).toMatchObject({ error: { code: 'limit' } });
      expect(await (await userAt(a, '2')).ask('join', 'presence-r')).toMatchObject({ room: 'presence-r' });
    });

    it('on a gateway that nobody of them was on before', async () => {
      const { a, b } = await pair({ jwt_secret: SECRET, limits: { members_per_room: 1 } });
      await (await userAt(a, '1')).ask('join', 'presence-r');
      const late = await userAt(b, '2');
      expect(await late.ask('join', 'presence-r')).toMatchObject({ error: { code: 'limit' } });
      // The user's own, and not the one that it was not let into.
      expect(b.gateway.stats().rooms).toBe(1);
    });
  });
});
