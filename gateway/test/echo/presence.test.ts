import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import { plain, SECRET, sdk, startGateway, token } from '../core/support';
import { Heard, openEcho, type SocketEcho, settled, wire } from './support';

const ROOM = 'presence-room.1';
const start = () => startGateway({ jwt_secret: SECRET });

/** Echo as a user, by a token that it hands on in the handshake. */
async function echoOf(gateway: Gateway, sub: string | number): Promise<SocketEcho> {
  return openEcho(gateway, { auth: { headers: {}, token: await token({ sub, name: `User ${sub}` }) } });
}

function join(echo: SocketEcho) {
  const [here, joining, leaving] = [new Heard(), new Heard(), new Heard()];
  const channel = echo.join('room.1').here(here.note).joining(joining.note).leaving(leaving.note);
  return { here, joining, leaving, channel };
}

describe('a presence channel', () => {
  it('tells who is here, who joins and who leaves', async () => {
    const gateway = await start();
    const [one, two] = [await echoOf(gateway, 1), await echoOf(gateway, 2)];
    const a = join(one);
    expect(await a.here.next()).toEqual([{ name: 'User 1' }]);
    const b = join(two);
    expect(await b.here.next()).toEqual([{ name: 'User 1' }, { name: 'User 2' }]);
    expect(await a.joining.next()).toEqual({ name: 'User 2' });
    two.leave('room.1');
    expect(await a.leaving.next()).toEqual({ name: 'User 2' });
    await settled(one);
    expect([a, b].map(({ here }) => here.values.length)).toEqual([1, 1]);
    expect([a.joining, a.leaving, b.joining, b.leaving].map(({ values }) => values.length)).toEqual([
      1, 1, 0, 0,
    ]);
  });

  it('pain 14: shows a user with two tabs once, until the last is closed', async () => {
    const gateway = await start();
    const [watcher, tab, other] = [
      await echoOf(gateway, 1),
      await echoOf(gateway, 7),
      await echoOf(gateway, '7'),
    ];
    const watched = join(watcher);
    await watched.here.next();
    await join(tab).here.next();
    expect(await join(other).here.next()).toEqual([{ name: 'User 1' }, { name: 'User 7' }]);
    tab.disconnect();
    other.leave('room.1');
    await watched.leaving.next();
    await settled(watcher);
    expect(watched.joining.values).toEqual([{ name: 'User 7' }]);
    expect(watched.leaving.values).toEqual([{ name: 'User 7' }]);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(1);
  });

  it('shows each kind of member the same changes in its own form', async () => {
    const gateway = await start();
    const auth = async (sub: number) => ({ token: await token({ sub, name: `User ${sub}` }) });
    const [byPlain, bySdk, watcher] = [
      await plain(gateway, '/', { auth: await auth(1) }),
      await sdk(gateway, '/', await auth(2)),
      await echoOf(gateway, 3),
    ];
    const watched = join(watcher);
    await watched.here.next();
    const heard = wire(watcher);
    await byPlain.ask('subscribe', ROOM);
    await bySdk.ask('join', ROOM);
    const late = await echoOf(gateway, 4);
    await join(late).here.next();
    const user_info = { name: 'Ada' };
    await bySdk.ask('presence.update', { room: ROOM, user_info });
    late.disconnect();
    await byPlain.next('user.left');
    await bySdk.ask('leave', ROOM);
    await byPlain.ask('unsubscribe', ROOM);
    await settled(watcher);
    expect(heard.received).toEqual([
      ['presence:joining', ROOM, { user_id: '1', user_info: { name: 'User 1' } }],
      ['presence:joining', ROOM, { user_id: '2', user_info: { name: 'User 2' } }],
      ['presence:joining', ROOM, { user_id: '4', user_info: { name: 'User 4' } }],
      ['user.updated', ROOM, { user_id: '2', user_info, channel: ROOM }],
      ['presence:leaving', ROOM, { user_id: '4', user_info: { name: 'User 4' } }],
      ['presence:leaving', ROOM, { user_id: '2', user_info }],
      ['presence:leaving', ROOM, { user_id: '1', user_info: { name: 'User 1' } }],
    ]);
    const joined = { user_id: '4', user_info: { name: 'User 4' }, channel: ROOM };
    expect(byPlain.received.filter(([, data]) => (data as typeof joined).user_id === '4')).toEqual([
      ['user.joined', joined],
      ['presence:member_added', joined],
      ['user.left', { user_id: '4', channel: ROOM }],
      ['presence:member_removed', { user_id: '4', channel: ROOM }],
    ]);
    expect(bySdk.received.map(([event, data]) => [event, data])).toEqual([
      ['user.joined', joined],
      ['user.updated', { user_id: '2', user_info, channel: ROOM }],
      ['user.left', { user_id: '4', channel: ROOM }],
    ]);
  });

  it('is told in one form alone, the one that was asked for last', async () => {
    const gateway = await start();
    const client = await plain(gateway, '/', { auth: { token: await token({ sub: 1 }) } });
    await client.ask('subscribe', ROOM);
    await client.ask('subscribe', { channel: ROOM, auth: { headers: {} } });
    client.clear();
    const two = await echoOf(gateway, 2);
    await join(two).here.next();
    gateway.broadcast(ROOM, 'end');
    expect(await client.before('end')).toEqual([
      ['presence:joining', ROOM, { user_id: '2', user_info: { name: 'User 2' } }],
    ]);
  });

  it('is told anew, and right, after a lost connection', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, presence_grace: 0 });
    const [one, two] = [await echoOf(gateway, 1), await echoOf(gateway, 2)];
    const [a, b] = [join(one), join(two)];
    await Promise.all([a.here.next(), b.here.next()]);
    gateway.io.sockets.sockets.get(one.socketId() as string)?.conn.close(true);
    expect(await b.leaving.next()).toEqual({ name: 'User 1' });
    expect(await a.here.next()).toEqual([{ name: 'User 2' }, { name: 'User 1' }]);
  });
});

describe('the room of a user', () => {
  it('reaches Echo once, in the form that it subscribed by', async () => {
    const gateway = await start();
    const echo = await echoOf(gateway, 7);
    const heard = wire(echo);
    await settled(echo);
    gateway.sendToUser(7, 'first', 1);
    echo.channel('user.7');
    await settled(echo);
    gateway.sendToUser(7, 'second', 2);
    echo.leaveChannel('user.7');
    await settled(echo);
    gateway.sendToUser(7, 'third', 3);
    await heard.next('third');
    expect(heard.received).toEqual([
      ['first', 1],
      ['subscribed', 'user.7'],
      ['second', 'user.7', 2],
      ['third', 3],
    ]);
    const left = new Promise((resolve) => {
      gateway.io.sockets.sockets.get(heard.id)?.once('disconnect', resolve);
    });
    echo.channel('user.7');
    await settled(echo);
    echo.disconnect();
    await left;
    expect([...gateway.io.sockets.adapter.rooms.keys()]).toEqual([]);
    expect(await gateway.channels()).toEqual([]);
  });
});
