import { describe, expect, it } from 'vitest';
import {
  type ConnectError,
  client,
  connected,
  gone,
  plain,
  refused,
  SECRET,
  startGateway,
  type TestClient,
  token,
} from './support';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Opens a further namespace on the connection of a client: "in", or why not. */
function open({ socket }: TestClient, name: string): Promise<string> {
  const another = socket.io.socket(name, {});
  return new Promise((resolve) => {
    another.once('connect', () => resolve('in'));
    another.once('connect_error', (error: ConnectError) => resolve(error.data?.code ?? error.message));
  });
}

describe('namespaces', () => {
  it('have rooms and presence of their own', async () => {
    const gateway = await startGateway();
    const [a, b, c] = [await plain(gateway, '/chat'), await plain(gateway, '/other'), await plain(gateway)];
    for (const each of [a, b, c]) {
      expect(await each.ask('join', 'presence-1')).toMatchObject({ members: [{ user_id: each.id }] });
    }
    await a.ask('message', 1);
    gateway.broadcast('presence-1', 'note', 'chat', { namespace: '/chat' });
    gateway.of('other').broadcast('presence-1', 'note', 'other');
    gateway.broadcast('presence-1', 'note', 'root');
    for (const [each, name] of [
      [a, 'chat'],
      [b, 'other'],
      [c, 'root'],
    ] as const) {
      expect(await each.next('note')).toEqual(['note', name]);
      expect(each.received).toHaveLength(1);
    }
    expect(await gateway.channels('/chat')).toEqual([
      { name: 'presence-1', namespace: '/chat', connections: 1, users: 1 },
    ]);
    expect(await gateway.channels()).toHaveLength(3);
    expect(await gateway.of('/chat').channel('presence-1').getPresenceData()).toMatchObject([
      { user_id: a.id },
    ]);
    expect(await gateway.channel('presence-1', { namespace: '/other' }).getPresenceData()).toMatchObject([
      { user_id: b.id },
    ]);
  });

  it('reach a user in each of them alone', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const auth = { token: await token({ sub: 7 }) };
    const [a, b] = [await plain(gateway, '/chat', { auth }), await plain(gateway, '/', { auth })];
    gateway.sendToUser(7, 'note', 'chat', { namespace: '/chat' });
    gateway.of('/chat').sendToUser(7, 'end');
    gateway.sendToUser(7, 'end');
    expect(await a.before('end')).toEqual([['note', 'chat']]);
    expect(await b.before('end')).toEqual([]);
  });

  it.each(['/chat', '/a/b', '/App.Chat:1-2_3', `/${'n'.repeat(200)}`, '/__proto__'])(
    'may be %s',
    async (name) => {
      const gateway = await startGateway();
      await plain(gateway, name);
    },
  );

  it.each(['/a..b', '/a b', `/${'n'.repeat(201)}`, '/ä', '/a$'])('may not be %s', async (name) => {
    const gateway = await startGateway();
    const error = await refused(client(gateway, name));
    expect(error.message).toBe('Invalid namespace');
    expect(error.data).toEqual({ code: 'forbidden', message: 'Invalid namespace' });
    await settled();
    expect(gateway.io._nsps.has(name)).toBe(false);
  });

  it('can be restricted to a list, with or without the slash', async () => {
    const gateway = await startGateway({ namespaces: ['/chat', 'admin'] });
    await plain(gateway, '/chat');
    await plain(gateway, '/admin');
    for (const name of ['/other', '/']) {
      expect((await refused(client(gateway, name))).data?.code).toBe('forbidden');
    }
    gateway.of('/handled').on('x', () => 1);
    await plain(gateway, '/handled');
  });

  it('are freed when the last client leaves, and serve the next one as before', async () => {
    const gateway = await startGateway();
    gateway.of('/chat').on('ask', () => ({ answer: 42 }));
    const a = await plain(gateway, '/chat');
    await a.ask('join', 'r');
    const ended = gone(gateway, a, '/chat');
    a.socket.disconnect();
    await ended;
    await settled();
    expect(gateway.io._nsps.has('/chat')).toBe(false);
    const b = await plain(gateway, '/chat');
    await b.ask('join', 'r');
    expect(await b.ask('ask')).toEqual({ answer: 42 });
    gateway.broadcast('r', 'note', 1, { namespace: '/chat' });
    expect(await b.next('note')).toEqual(['note', 1]);
  });

  it('are freed when the only one at the door is refused', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    await refused(client(gateway, '/chat', { auth: { token: 'bad' } }));
    await settled();
    expect(gateway.io._nsps.has('/chat')).toBe(false);
  });

  it('are not split when one comes while the last one leaves', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const leaving = await plain(gateway, '/chat');
    // The token takes its time, and meanwhile the namespace has nobody.
    const held = new Promise<void>((resolve) => {
      gateway.io.of('/chat').use((_socket, next) => {
        const ended = gone(gateway, leaving, '/chat');
        leaving.socket.disconnect();
        void ended.then(settled).then(() => {
          resolve();
          next();
        });
      });
    });
    const coming = client(gateway, '/chat', { auth: { token: await token({ sub: 7 }) } });
    await held;
    await connected(coming);
    await coming.ask('join', 'r');
    const later = await plain(gateway, '/chat').catch(() => undefined);
    await later?.ask('join', 'r');
    gateway.broadcast('r', 'note', 1, { namespace: '/chat' });
    expect(await coming.next('note')).toEqual(['note', 1]);
    expect(gateway.io._nsps.get('/chat')?.sockets.has(coming.id)).toBe(true);
  });

  it('are freed where a program turned the only one away', async () => {
    const gateway = await startGateway();
    gateway.io.on('new_namespace', (namespace) => {
      namespace.use((_socket, next) => setImmediate(next, new Error('not today')));
    });
    const first = client(gateway, '/n0');
    expect((await refused(first)).message).toBe('not today');
    // As often as one likes: who was turned away takes none of the connection's places.
    for (let i = 1; i < 15; i++) expect(await open(first, `/n${i}`)).toBe('not today');
    await plain(gateway);
    await settled();
    expect([...gateway.io._nsps.keys()]).toEqual(['/']);
  });

  it('keep the gateway at the door also where a program made them', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    gateway.io.of('/made');
    const error = await refused(client(gateway, '/made', { auth: { token: 'bad' } }));
    expect(error.data?.code).toBe('unauthorized');
    const a = await plain(gateway, '/made');
    expect(await a.ask('join', 'r')).toEqual({ room: 'r' });
    expect(gateway.io._nsps.has('/made')).toBe(true);
  });

  it('are at most ten on one connection, and one that is left makes place', async () => {
    const gateway = await startGateway();
    const first = await plain(gateway, '/n0');
    for (let i = 1; i < 10; i++) expect(await open(first, `/n${i}`)).toBe('in');
    expect(await open(first, '/n10')).toBe('limit');
    const ended = gone(gateway, first, '/n0');
    first.socket.disconnect();
    await ended;
    expect(await open(first, '/n11')).toBe('in');
    // Another connection has places of its own.
    await plain(gateway, '/n10');
  });
});
