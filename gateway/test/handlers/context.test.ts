import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../src/api';
import { gate, plain, SECRET, sdk, startGateway, user } from '../core/support';

describe("a handler's context", () => {
  it('tells where the event belongs', async () => {
    const gateway = await startGateway();
    const seen: unknown[] = [];
    gateway.of('/chat').on('say', (_data, { namespace, room, rooms }) => {
      seen.push({ namespace, room, rooms });
    });
    const [a, b] = [await sdk(gateway, '/chat'), await plain(gateway, '/chat')];
    for (const each of [a, b]) await each.ask('join', 'r');
    await a.ask('say', 'hi', { room: 'r' });
    await b.ask('say', { room: 'r' });
    await b.ask('say', { channel: 'elsewhere' });
    await b.ask('say');
    const namespace = '/chat';
    const rooms = ['r'];
    expect(seen).toEqual([
      { namespace, room: 'r', rooms },
      { namespace, room: 'r', rooms },
      { namespace, room: undefined, rooms },
      { namespace, room: undefined, rooms },
    ]);
  });

  it('takes the sender into rooms and out of them, whatever the rules say', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const seen: unknown[] = [];
    gateway.of('/').on('enter', (room, context) => {
      context.join(room as string);
      context.join(room as string);
      seen.push(context.rooms);
    });
    gateway.of('/').on('exit', (room, { leave }) => [leave(room as string), leave(room as string)]);
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'private-1')).toMatchObject({ error: { code: 'forbidden' } });
    for (const room of ['private-1', 'presence-1']) await a.ask('enter', room);
    expect(seen).toEqual([['private-1'], ['private-1', 'presence-1']]);
    expect(await gateway.channel('presence-1').getPresenceData()).toMatchObject([
      { user_id: '7', user_info: { name: 'User 7' } },
    ]);
    gateway.broadcast('private-1', 'news', 1);
    expect(await a.next('news')).toEqual(['news', 1]);
    expect(await a.ask('exit', 'private-1')).toEqual([true, false]);
    expect(await a.ask('message', { room: 'private-1' })).toMatchObject({ error: { code: 'not_in_room' } });
    expect(await a.ask('enter', 'a b')).toMatchObject({ error: { code: 'internal' } });
  });

  it('has anonymous senders under the id of their socket', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    gateway.of('/').on('enter', (room, { join }) => join(room as string));
    const a = await plain(gateway);
    await a.ask('enter', 'presence-1');
    expect(await gateway.channel('presence-1').getPresenceData()).toMatchObject([
      { user_id: a.id, user_info: {} },
    ]);
  });

  it('does nothing for who has gone meanwhile', async () => {
    const gateway = await startGateway();
    const { open, opened } = gate();
    const ended = gate();
    gateway.of('/').on('slow', async (_data, context: HandlerContext) => {
      await opened;
      context.join('presence-1');
      context.leave('presence-1');
      context.disconnect();
      ended.open();
    });
    const a = await plain(gateway);
    const gone = new Promise<void>((resolve) => {
      gateway.io
        .of('/')
        .sockets.get(a.id)
        ?.once('disconnect', () => resolve());
    });
    a.socket.emit('slow');
    a.socket.disconnect();
    await gone;
    open();
    await ended.opened;
    expect(await gateway.channels()).toEqual([]);
  });

  it('can put the sender out, who is told not to come back', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('rude', (_data, { disconnect }) => disconnect());
    const [a, b] = [await plain(gateway), await plain(gateway)];
    const ended = new Promise((resolve) => a.socket.once('disconnect', resolve));
    a.socket.emit('rude');
    expect(await a.next('toporia:bye')).toEqual(['toporia:bye', { code: 'kicked' }]);
    expect(await ended).toBe('io server disconnect');
    expect(await b.ask('message', 1)).toEqual({ status: 'ok' });
  });
});
