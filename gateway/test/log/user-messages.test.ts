import { describe, expect, it } from 'vitest';
import type { AuthReply, HelloReply, MessageMeta } from '../../../src/protocol';
import { plain, SECRET, startGateway, type TestClient, token } from '../core/support';
import { join, lose, sdkAs, short } from './support';

const start = () => startGateway({ jwt_secret: SECRET });
const hello = async (client: TestClient) => (await client.askAll('toporia:hello')) as HelloReply;
const asUser = async (id = 7) => ({ token: await token({ sub: id }) });

describe('what is sent to a user', () => {
  it('is recovered by a join of the own room, in which the client is by itself', async () => {
    const gateway = await start();
    const auth = await asUser();
    const a = await sdkAs(gateway, 'a', auth);
    const { user } = await hello(a);
    expect(user).toEqual({ channel: 'user.7', position: { epoch: expect.any(String), offset: 0 } });
    gateway.sendToUser(7, 'note', 1);
    const [, , meta] = (await a.next('note')) as [string, unknown, MessageMeta];
    expect(meta).toMatchObject({ channel: 'user.7', position: { ...user?.position, offset: 1 } });
    await lose(gateway, a);
    gateway.sendToUser(7, 'note', 2);
    const back = await sdkAs(gateway, 'a', auth);
    gateway.sendToUser('7', 'note', 3);
    const greeted = back.askAll('toporia:hello');
    const { results } = (await back.askAll('join', {
      rooms: ['r', { room: 'user.7', since: meta.position }],
    })) as { results: { messages: unknown[][] }[] };
    gateway.sendToUser(7, 'note', 4);
    gateway.sendToUser(7, 'end', 0);
    expect(short(results[1]?.messages)).toEqual([
      ['note', 2],
      ['note', 3],
    ]);
    expect(results[1]).toMatchObject({ recovered: true, position: { offset: 3 } });
    expect(short(await back.before('end'))).toEqual([['note', 4]]);
    expect(await greeted).toMatchObject({ user: { channel: 'user.7' } });
    // It is no room that the client has joined: nothing that it sends goes there.
    expect(await back.ask('message', { room: 'user.7' })).toMatchObject({ error: { code: 'not_in_room' } });
  });

  it('comes after the hello is answered, and after the position that is told there', async () => {
    const gateway = await start();
    const a = await sdkAs(gateway, 'a', await asUser());
    gateway.sendToUser(7, 'note', 1);
    a.log('toporia:hello');
    await a.next('note');
    gateway.sendToUser(7, 'note', 2);
    gateway.sendToUser(7, 'end');
    expect(short(await a.before('end'))).toEqual([
      [
        'ack',
        expect.objectContaining({
          user: { channel: 'user.7', position: expect.objectContaining({ offset: 0 }) },
        }),
      ],
      ['note', 1],
      ['note', 2],
    ]);
  });

  it.each(['a client that does not greet', 'one that asks for something else'])(
    'comes to %s',
    async (which) => {
      const gateway = await start();
      const a = await sdkAs(gateway, 'a', await asUser());
      gateway.sendToUser(7, 'note', 1);
      if (which !== 'a client that does not greet') await a.ask('join', 'r');
      expect((await a.next('note'))[1]).toBe(1);
      gateway.sendToUser(7, 'note', 2);
      gateway.sendToUser(7, 'end');
      expect(short(await a.before('end'))).toEqual([
        ['note', 1],
        ['note', 2],
      ]);
    },
  );

  it('comes to plain clients at once, and can be recovered by them', async () => {
    const gateway = await start();
    const auth = await asUser();
    const a = await plain(gateway, '/', { auth });
    gateway.sendToUser(7, 'note', 1);
    expect(await a.next('note')).toEqual(['note', 1]);
    const { user } = await hello(a);
    await lose(gateway, a);
    gateway.sendToUser(7, 'note', 2);
    const back = await plain(gateway, '/', { auth });
    expect(short((await join(back, 'user.7', { since: user?.position })).messages)).toEqual([['note', 2]]);
    gateway.sendToUser(7, 'end');
    expect(await back.before('end')).toEqual([]);
  });

  it('can be recovered without a hello, and by a batch', async () => {
    const gateway = await start();
    const auth = await asUser();
    const a = await sdkAs(gateway, 'a', auth);
    const { user } = await hello(a);
    await lose(gateway, a);
    gateway.sendToUser(7, 'note', 1);
    const back = await sdkAs(gateway, 'a', auth);
    const asked = { room: 'user.7', since: user?.position };
    const { results } = (await back.askAll('batch', [['toporia:hello'], ['join', asked]])) as {
      results: [HelloReply, { messages: unknown[][] }];
    };
    gateway.sendToUser(7, 'end');
    expect(short(results[1].messages)).toEqual([['note', 1]]);
    expect(await back.before('end')).toEqual([]);
  });

  it('is for that user alone', async () => {
    const gateway = await start();
    const a = await sdkAs(gateway, 'a', await asUser());
    const { user } = await hello(a);
    gateway.sendToUser(7, 'note', 1);
    const asked = { since: user?.position, rewind: 5 };
    for (const auth of [{}, await asUser(8)]) {
      const other = await sdkAs(gateway, 'a', auth);
      expect(await join(other, 'user.7', asked)).toEqual({
        room: 'user.7',
        error: expect.objectContaining({ code: 'forbidden' }),
      });
    }
    expect((await hello(await sdkAs(gateway, 'b'))).user).toBeUndefined();
  });

  it('is recovered also by a user whose id no other room could be named by', async () => {
    const gateway = await start();
    const id = 'ada@example.com/x y';
    const auth = { token: await token({ sub: id }) };
    const { user } = await hello(await sdkAs(gateway, 'a', auth));
    expect(user?.channel).toBe(`user.${id}`);
    gateway.sendToUser(id, 'note', 1);
    const asked = { since: user?.position };
    expect(short((await join(await sdkAs(gateway, 'b', auth), `user.${id}`, asked)).messages)).toEqual([
      ['note', 1],
    ]);
    expect(await join(await sdkAs(gateway, 'c', await asUser()), `user.${id}`, asked)).toMatchObject({
      error: { code: 'invalid_room' },
    });
  });

  it('is told of by the auth event too, to the SDK', async () => {
    const gateway = await start();
    const auth = await asUser();
    const [a, b] = [await sdkAs(gateway, 'a'), await plain(gateway)];
    gateway.sendToUser(7, 'note', 1);
    const { user } = (await a.askAll('auth', auth)) as AuthReply;
    expect(user).toEqual({ channel: 'user.7', position: { epoch: expect.any(String), offset: 1 } });
    gateway.sendToUser(7, 'note', 2);
    expect(((await a.next('note'))[2] as MessageMeta).position).toEqual({ ...user?.position, offset: 2 });
    expect(await b.askAll('auth', auth)).toEqual({
      authenticated: true,
      user_id: '7',
      guard: 'default',
      method: 'jwt',
    });
  });

  it('is kept in namespaces that nobody is in any more', async () => {
    const gateway = await start();
    const auth = await asUser();
    const a = await sdkAs(gateway, 'a', auth, '/chat');
    const { user } = await hello(a);
    await lose(gateway, a, '/chat');
    while (gateway.io._nsps.has('/chat')) await new Promise((resolve) => setImmediate(resolve));
    gateway.sendToUser(7, 'note', 1, { namespace: '/chat' });
    gateway.sendToUser(7, 'note', 2, { namespace: '*' });
    gateway.of('/chat').broadcast('user.7', 'note', 3);
    const back = await sdkAs(gateway, 'a', auth, '/chat');
    const answer = await join(back, 'user.7', { since: user?.position });
    expect(short(answer.messages)).toEqual([
      ['note', 1],
      ['note', 2],
      ['note', 3],
    ]);
  });

  it('comes once where the client has joined the room as well', async () => {
    const gateway = await start();
    const a = await sdkAs(gateway, 'a', await asUser());
    gateway.sendToUser(7, 'note', 1);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    gateway.sendToUser(7, 'note', 2);
    await a.ask('leave', 'user.7');
    gateway.sendToUser(7, 'note', 3);
    gateway.sendToUser(7, 'end');
    expect(short(await a.before('end'))).toEqual([
      ['note', 1],
      ['note', 2],
      ['note', 3],
    ]);
  });

  it('does not hold anything when the client is gone before it has heard', async () => {
    const gateway = await start();
    const a = await sdkAs(gateway, 'a', await asUser());
    await lose(gateway, a);
    gateway.sendToUser(7, 'note', 1);
    expect(await gateway.channels()).toEqual([]);
  });
});
