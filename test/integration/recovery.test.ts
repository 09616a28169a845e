import { describe, expect, it } from 'vitest';
import type { MessageMeta } from '../../src';
import { EventLog, logOf } from '../support/event-log';
import { cut, next, open, SECRET, SOON, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';
import { whileGone } from '../support/while-gone';

describe.each(TRANSPORTS)('what was missed, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  async function joined(options: Parameters<typeof startGateway>[0] = {}) {
    const gateway = await startGateway(options);
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    const send = (...numbers: number[]) => {
      for (const number of numbers) gateway.broadcast('news', 'note', number);
    };
    return { gateway, realtime, send };
  }

  it('is heard in order, by everyone, before "joined" and "reconnected" and anything new', async () => {
    const { gateway, realtime, send } = await joined();
    const log = new EventLog();
    const room = realtime.channel('news');
    const metas: MessageMeta[] = [];
    realtime.on('note', (data, meta) => {
      metas.push(meta);
      log.note('client', data);
    });
    room.on('note', (data) => log.note('room', data));
    realtime.onAny((_event, data) => log.note('any', data));
    room.on('joined', ({ rejoined }) => log.note('joined', rejoined));
    for (const event of ['connected', 'reconnected', 'gap'] as const)
      realtime.on(event, () => log.note(event));
    const stream = room.events('note');
    // A handler that answers at once is in the room already.
    room.on('note', (data) => room.emit('seen', data, (reply) => log.note(`seen ${data}`, reply)));

    await whileGone(gateway, realtime, () => send(1, 2));
    send(3);
    await log.until('seen 3');

    expect(log.entries.filter(([name]) => !name.startsWith('seen'))).toEqual([
      ['connected'],
      ...[1, 2].flatMap((data) => ['room', 'client', 'any'].map((name) => [name, data])),
      ['joined', true],
      ['reconnected'],
      ...['room', 'client', 'any'].map((name) => [name, 3]),
    ]);
    expect(log.entries.filter(([name]) => name.startsWith('seen')).map(([, reply]) => reply)).toEqual(
      Array(3).fill({ status: 'ok' }),
    );
    expect(metas.map(({ channel, position }) => [channel, position?.offset])).toEqual([
      ['news', 1],
      ['news', 2],
      // Its own two answers have a place in the log, too.
      ['news', expect.any(Number)],
    ]);
    for (const number of [1, 2, 3]) expect((await stream.next()).value?.[0]).toBe(number);
  });

  it('pain 06: from the first moment, and any number of times', async () => {
    const { gateway, realtime, send } = await joined();
    const log = logOf(realtime, 'note', 'gap');
    for (let time = 0; time < 8; time++) {
      await whileGone(gateway, realtime, () => send(time * 2, time * 2 + 1));
      if (time === 3) send(100);
    }
    expect(log.names).not.toContain('gap');
    expect(log.values('note')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 100, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('is never what the client sent itself, and what others sent comes once', async () => {
    const { gateway, realtime } = await joined();
    const other = open(gateway.url, over);
    await other.join('news');
    const log = logOf(realtime, 'note', 'gap');
    await realtime.channel('news').request('note', 'mine');
    await other.channel('news').request('note', 'before');
    await whileGone(gateway, realtime, () => other.channel('news').request('note', 'meanwhile'));
    expect(log.entries.map(([name, data]) => [name, data])).toEqual([
      ['note', 'before'],
      ['note', 'meanwhile'],
    ]);
  });

  it('goes to each room that a message was for, and to the client once', async () => {
    const { gateway, realtime } = await joined();
    const other = open(gateway.url, over);
    await Promise.all([realtime.join('sports'), other.join('news'), other.join('sports')]);
    const log = logOf(realtime, 'note');
    for (const name of ['news', 'sports']) realtime.channel(name).on('note', (data) => log.note(name, data));
    await whileGone(gateway, realtime, () => other.request('note', 'to both'));
    expect(log.names.sort()).toEqual(['news', 'note', 'sports']);
  });

  it('is a gap, told to the room and the client, when the log does not reach back', async () => {
    const { gateway, realtime, send } = await joined({ limits: { room_log_messages: 3 } });
    const log = logOf(realtime, 'note', 'gap', 'reconnected');
    realtime.channel('news').on('gap', (gap) => log.note('gap of the room', gap));
    realtime.channel('news').on('joined', () => log.note('joined'));
    await whileGone(gateway, realtime, () => send(1, 2, 3));
    await whileGone(gateway, realtime, () => send(4, 5, 6, 7));
    send(8);
    await log.until('note', 4);
    const gap = { reason: 'expired', missed: 4 };
    expect(log.entries.map(([name, data]) => (name === 'reconnected' ? [name] : [name, data]))).toEqual([
      ...[1, 2, 3].map((data) => ['note', data]),
      ['joined', undefined],
      ['reconnected'],
      ['gap of the room', gap],
      ['gap', { channel: 'news', ...gap }],
      ['joined', undefined],
      ['reconnected'],
      ['note', 8],
    ]);
    // The gap is behind it: what is missed after that is had again.
    await whileGone(gateway, realtime, () => send(9));
    expect(log.values('note').slice(-2)).toEqual([8, 9]);
  });

  it('is a gap after a restart, since the log was in memory; then it goes on', async () => {
    const { gateway, realtime, send } = await joined();
    send(1);
    const log = logOf(realtime, 'note', 'gap', 'reconnected');
    await log.until('note');
    await gateway.restart();
    await log.until('reconnected');
    send(2);
    await log.until('note', 2);
    await whileGone(gateway, realtime, () => send(3));
    expect(log.values('gap')).toEqual([{ channel: 'news', reason: 'log_lost' }]);
    expect(log.values('note')).toEqual([1, 2, 3]);
  });

  it('is always a gap with a gateway that keeps no logs', async () => {
    const { gateway, realtime, send } = await joined({ room_log: false });
    const log = logOf(realtime, 'note', 'gap');
    await whileGone(gateway, realtime, () => send(1));
    expect(log.entries).toEqual([['gap', { channel: 'news', reason: 'unsupported' }]]);
  });

  it('comes to private and presence rooms, whose first join was by "subscribe", with the roster', async () => {
    const gateway = await startGateway({
      jwt_secret: SECRET,
      channels: { 'private.{id}': () => true, 'presence.{id}': () => true },
    });
    const realtime = open(gateway.url, { ...over, auth: await tokenFor('7') });
    await Promise.all([realtime.join('private.a'), realtime.join('presence.b')]);
    const log = logOf(realtime, 'note', 'gap', 'reconnected');
    await whileGone(gateway, realtime, () => {
      gateway.broadcast('private.a', 'note', 'a');
      gateway.broadcast('presence.b', 'note', 'b');
    });
    expect(log.names).toEqual(['note', 'note', 'reconnected']);
    expect(realtime.channel('presence.b').presence.members.map(({ id }) => id)).toEqual(['7']);
  });

  it('comes for each room apart: one that is refused has an error, the other its messages', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const tokens = [await tokenFor('7')];
    const realtime = open(gateway.url, { ...over, auth: () => tokens.shift() });
    await Promise.all([realtime.join('presence.team'), realtime.join('news')]);
    const log = logOf(realtime, 'note', 'gap', 'reconnected', 'error');
    await whileGone(gateway, realtime, () => {
      gateway.broadcast('presence.team', 'note', 'not for anyone');
      gateway.broadcast('news', 'note', 'for all');
    });
    expect(log.entries.map(([name, data]) => [name, data])).toEqual([
      ['error', expect.objectContaining({ code: 'unauthorized' })],
      ['note', 'for all'],
      ['reconnected', expect.anything()],
    ]);
  });

  it('is not heard any more by a room that a handler leaves meanwhile', async () => {
    const { gateway, realtime, send } = await joined();
    const log = logOf(realtime, 'note', 'gap', 'reconnected');
    const room = realtime.channel('news');
    const events = logOf(room, 'joined', 'left');
    realtime.on('note', (data) => data === 2 && room.leave());
    await whileGone(gateway, realtime, () => send(1, 2, 3));
    expect(log.values('note')).toEqual([1, 2]);
    expect(log.names.filter((name) => name !== 'note')).toEqual(['reconnected']);
    expect(events.names).toEqual(['left']);
    expect(realtime.getRooms()).toEqual([]);
  });

  it('is nothing after a leave: a later join begins anew', async () => {
    const { gateway, realtime, send } = await joined();
    const log = logOf(realtime, 'note', 'gap');
    await realtime.leave('news');
    send(1);
    await realtime.join('news');
    send(2);
    await log.until('note');
    expect(log.values('note')).toEqual([2]);
    await whileGone(gateway, realtime, () => send(3));
    expect(log.values('note')).toEqual([2, 3]);
  });

  it('is nothing lost, nothing twice and nothing out of order, in a stream that is cut all the time', async () => {
    const { gateway, realtime, send } = await joined();
    const other = open(gateway.url, { ...SOON, transports: ['websocket'] });
    await Promise.all([other.join('news'), realtime.join('sports')]);
    const log = logOf(realtime, 'gap', 'disconnected');
    const heard: Record<string, unknown[]> = { news: [], sports: [] };
    for (const name of Object.keys(heard)) {
      realtime.channel(name).on('note', (data) => heard[name]?.push(data));
    }
    let last = 0;
    for (let round = 0; round < 12; round++) {
      for (let count = 0; count < 20; count++) {
        send(++last);
        gateway.broadcast('sports', 'note', last);
        const isThere = gateway.gateway.io.sockets.sockets.has(realtime.getId() ?? '');
        if (count === round && isThere) cut(gateway, realtime);
        if (count % 5 === 0) await other.request('breath');
      }
      while (!realtime.isConnected()) await next(realtime, 'connected');
    }
    const end = next(realtime.channel('sports'), 'end');
    gateway.broadcast('sports', 'end');
    await end;
    await realtime.request('marker');
    const all = Array.from({ length: last }, (_, index) => index + 1);
    expect(heard).toEqual({ news: all, sports: all });
    expect(log.names).not.toContain('gap');
    expect(log.names.length).toBeGreaterThan(5);
  });
});
