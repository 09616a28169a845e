import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)("a room's handle, over %s", (transport) => {
  const over = { transports: [transport], ...SOON };

  async function pair() {
    const gateway = await startGateway();
    const [lea, sam] = [open(gateway.url, over), open(gateway.url, over)] as const;
    await Promise.all([lea, sam].flatMap((realtime) => [realtime.join('a'), realtime.join('b')]));
    return { gateway, lea, sam };
  }

  it('joins by being asked for, and says when it is ready', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const channel = realtime.channel('news');
    expect(channel.name).toBe('news');
    const joined = logOf(channel, 'joined', 'error');
    expect(await channel.ready).toBe(channel);
    expect(realtime.getRooms()).toEqual(['news']);
    expect(joined.entries).toEqual([['joined', { rejoined: false }]]);
    expect(realtime.channel('news')).toBe(channel);
  });

  it('tells by "error" and by "ready" that the room is closed to one', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const errors = logOf(realtime, 'error');
    const channel = realtime.channel('private.room');
    const told = next(channel, 'error');
    await expect(channel.ready).rejects.toMatchObject({ code: 'forbidden' });
    expect(await told).toBeInstanceOf(RealtimeError);
    await expect(channel.ready).rejects.toMatchObject({ code: 'forbidden' });
    expect(errors.entries).toEqual([]);
  });

  it('hears its own room alone, until a handler is taken away', async () => {
    const { gateway, lea } = await pair();
    const heard: unknown[] = [];
    const handler = (data: unknown) => heard.push(['on', data]);
    const channel = lea.channel('a');
    channel.on('note', handler);
    channel.once('note', (data) => heard.push(['once', data]));
    const end = next(channel, 'end');
    gateway.broadcast('b', 'note', 1);
    gateway.broadcast('a', 'note', 2);
    gateway.broadcast('a', 'note', 3);
    gateway.broadcast('a', 'end');
    await end;
    expect(channel.off('note', handler)).toBe(channel);
    const last = next(channel, 'last');
    gateway.broadcast('a', 'note', 4);
    gateway.broadcast('a', 'last');
    await last;
    expect(heard).toEqual([
      ['on', 2],
      ['once', 2],
      ['on', 3],
    ]);
  });

  it('sends to its room alone, with nothing added to the payload', async () => {
    const { lea, sam } = await pair();
    const log = logOf(sam, 'note', 'end');
    lea.channel('a').emit('note', { text: 'to a' }).emit('note', [1]).emit('note', null);
    const reply = await new Promise((resolve) => lea.channel('b').emit('note', 'to b', resolve));
    expect(reply).toEqual({ status: 'ok' });
    expect(await lea.channel('b').request('end')).toEqual({ status: 'ok' });
    await log.until('end');
    expect(
      log.entries.map(([event, data, meta]) => [event, data, (meta as { channel: string }).channel]),
    ).toEqual([
      ['note', { text: 'to a' }, 'a'],
      ['note', [1], 'a'],
      ['note', null, 'a'],
      ['note', 'to b', 'b'],
      ['end', null, 'b'],
    ]);
  });

  it('tells the server which room was meant', async () => {
    const { gateway, lea } = await pair();
    gateway.of('/').on('where', (_data, { room, rooms }) => ({ room, rooms }));
    expect(await lea.channel('b').request('where')).toEqual({ room: 'b', rooms: ['a', 'b'] });
  });

  it('cannot send to a room that it is not in', async () => {
    const { lea } = await pair();
    const channel = lea.channel('private.room');
    await channel.ready.catch(() => {});
    await expect(channel.request('note', 1)).rejects.toMatchObject({ code: 'not_in_room' });
  });

  it('whispers to the others in the room', async () => {
    const { lea, sam } = await pair();
    const own = logOf(lea, 'client-wave');
    const elsewhere = logOf(sam.channel('b'), 'client-wave');
    const heard = next(sam.channel('a'), 'client-wave');
    expect(lea.channel('a').whisper('wave', { hand: 'left' })).toBe(lea.channel('a'));
    expect(await heard).toEqual({ hand: 'left' });
    await lea.request('marker');
    expect(own.entries).toEqual([]);
    expect(elsewhere.entries).toEqual([]);
  });

  it('shows who is typing there', async () => {
    const { lea, sam } = await pair();
    const changes: unknown[] = [];
    const { typing } = sam.channel('a');
    const changed = () => new Promise<void>((resolve) => changeWaiters.push(resolve));
    const changeWaiters: (() => void)[] = [];
    typing.on('change', (users) => {
      changes.push(users);
      for (const wake of changeWaiters.splice(0)) wake();
    });
    let change = changed();
    lea.channel('a').typing.start('Lea');
    await change;
    expect(typing.users).toEqual(['Lea']);
    expect(sam.channel('b').typing.users).toEqual([]);
    change = changed();
    lea.channel('a').typing.stop();
    await change;
    expect(changes).toEqual([['Lea'], []]);
  });

  it('tells that it was left, and hears nothing more', async () => {
    const { gateway, lea } = await pair();
    const channel = lea.channel('a');
    const log = logOf(channel, 'left', 'note');
    await channel.leave();
    expect(log.entries).toEqual([['left', undefined]]);
    expect(lea.getRooms()).toEqual(['b']);
    await lea.join('a');
    expect(lea.channel('a')).not.toBe(channel);
    const heard = next(lea, 'note');
    gateway.broadcast('a', 'note', 1);
    await heard;
    expect(log.names).toEqual(['left']);
  });

  it('keeps its handlers over a reconnect, and tells that it is back', async () => {
    const { gateway, lea } = await pair();
    const log = logOf(lea.channel('a'), 'joined', 'note');
    const back = next(lea, 'reconnected');
    cut(gateway, lea);
    await back;
    gateway.broadcast('a', 'note', 1);
    await log.until('note');
    expect(log.entries.map(([event, data]) => [event, data])).toEqual([
      ['joined', { rejoined: true }],
      ['note', 1],
    ]);
  });

  it('reports a handler that throws to the client', async () => {
    const { gateway, lea } = await pair();
    lea.channel('a').on('note', () => {
      throw new Error('oops');
    });
    const error = next(lea, 'error');
    gateway.broadcast('a', 'note');
    expect(await error).toMatchObject({ code: 'handler_failed', cause: new Error('oops') });
  });
});
