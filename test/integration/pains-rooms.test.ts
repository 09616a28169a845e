import { describe, expect, it } from 'vitest';
import type { RealtimeOptions } from '../../src';
import { EventLog, logOf } from '../support/event-log';
import { cut, next, open, SECRET, SOON, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';
import { SteeredClock } from '../support/steered-clock';

describe.each(TRANSPORTS)('what hurts users elsewhere in rooms, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  it('pain 07: rooms are rejoined after every reconnect', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const rooms = Array.from({ length: 20 }, (_, index) => `room.${index}`);
    await Promise.all(rooms.map((room) => realtime.join(room)));
    for (let time = 0; time < 3; time++) {
      const back = next(realtime, 'reconnected');
      cut(gateway, realtime);
      await back;
      const channels = await gateway.gateway.channels();
      expect(channels.map(({ name }) => name).sort()).toEqual([...rooms].sort());
    }
  });

  it('pain 07: a room that cannot be rejoined tells so, by its "error" and its "ready"', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const tokens = [await tokenFor('1')];
    const realtime = open(gateway.url, { ...over, auth: () => tokens.shift() });
    const members = realtime.channel('presence.team');
    await Promise.all([members.ready, realtime.join('news')]);
    const log = logOf(members, 'error', 'joined');
    const unheard = logOf(realtime, 'error');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(log.entries).toEqual([['error', expect.objectContaining({ code: 'unauthorized' })]]);
    expect(unheard.entries).toEqual([]);
    await expect(members.ready).rejects.toMatchObject({ code: 'unauthorized' });
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it('pain 07: with nobody listening to the room, the client itself tells', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const tokens = [await tokenFor('1')];
    const realtime = open(gateway.url, { ...over, auth: () => tokens.shift() });
    await realtime.join('presence.team');
    const error = next(realtime, 'error');
    cut(gateway, realtime);
    expect(await error).toMatchObject({ code: 'unauthorized' });
  });

  it('pain 12: leave ends exactly one room and its handlers, no other', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const names = ['chat', 'chat.1', 'presence-chat', 'presence.chat', 'chat-1'];
    const heard: unknown[] = [];
    await Promise.all(names.map((name) => realtime.join(name)));
    for (const name of names) {
      realtime.channel(name).on('note', (_data, { channel }) => heard.push([name, channel]));
    }
    const kept = (data: unknown) => heard.push(['client', data]);
    const removed = () => heard.push('removed');
    realtime.on('note', kept);
    realtime.on('note', removed);

    await realtime.leave('chat');
    realtime.off('note', removed);
    for (const name of names) gateway.broadcast(name, 'note', name);
    const end = next(realtime, 'end');
    gateway.broadcast('chat-1', 'end');
    await end;

    const others = names.slice(1);
    expect(realtime.getRooms().sort()).toEqual([...others].sort());
    expect(heard).toEqual(
      others.flatMap((name) => [
        [name, name],
        ['client', name],
      ]),
    );
  });

  it('pain 14: two tabs of a user count once, and the user is gone with the last', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const enter = async (id: string) => {
      const realtime = open(gateway.url, { ...over, auth: await tokenFor(id) });
      await realtime.join('presence.room');
      return realtime;
    };
    const watcher = await enter('watcher');
    const { presence } = watcher.channel('presence.room');
    const log = new EventLog();
    presence.on('joined', ({ id }) => log.note('joined', id));
    presence.on('left', ({ id }) => log.note('left', id));
    const [first, second] = [await enter('sam'), await enter('sam')];
    await enter('marker 1');
    await log.until('joined', 2);
    expect(presence.members.map(({ id }) => id)).toEqual(['watcher', 'sam', 'marker 1']);

    first.disconnect();
    await enter('marker 2');
    await log.until('joined', 3);
    expect(presence.get('sam')).toBeDefined();

    second.disconnect();
    await log.until('left');
    expect(log.entries).toEqual([
      ['joined', 'sam'],
      ['joined', 'marker 1'],
      ['joined', 'marker 2'],
      ['left', 'sam'],
    ]);
    expect(presence.get('sam')).toBeUndefined();
  });

  it('pain 15: a change of an entry is no leave and join, and costs its own size whatever the crowd', async () => {
    const gateway = await startGateway();
    const crowd = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const realtime = open(gateway.url, { ...over, transports: ['websocket'] });
        await realtime.join('presence.room', { info: { name: `member ${index}` } });
        return realtime;
      }),
    );
    const watcher = open(gateway.url, over);
    await watcher.join('presence.room', { info: { name: 'watcher' } });
    const { presence } = watcher.channel('presence.room');
    expect(presence.members).toHaveLength(41);
    const log = new EventLog();
    for (const event of ['joined', 'left', 'sync'] as const) presence.on(event, () => log.note(event));
    presence.on('updated', (member, previous) => log.note('updated', member.info, previous.info));
    const packets: string[] = [];
    watcher.getSocket().io.engine.on('packet', ({ type, data }: { type: string; data?: unknown }) => {
      if (type === 'message') packets.push(String(data));
    });
    await crowd[7]?.channel('presence.room').presence.update({ name: 'member 7', mood: 'busy' });
    await log.until('updated');
    await watcher.request('marker');
    expect(log.entries).toEqual([['updated', { name: 'member 7', mood: 'busy' }, { name: 'member 7' }]]);
    const [change, ...rest] = packets.filter((packet) => packet.includes('user.updated'));
    expect(rest).toEqual([]);
    expect(change?.length).toBeLessThan(400);
    expect(packets.join('\n')).not.toContain('member 8');
  });

  describe('pain 19: typing indicators', () => {
    async function typingPair(clock?: SteeredClock) {
      const gateway = await startGateway();
      const lea = open(gateway.url, { ...over, ...(clock && { clock }) });
      const sam = open(gateway.url, over);
      await Promise.all([lea.join('room'), sam.join('room')]);
      const log = logOf(sam, 'typing.started', 'typing.stopped', 'end');
      const changes = new EventLog();
      sam.channel('room').typing.on('change', (users) => changes.note('change', users));
      return { gateway, lea, sam, log, changes };
    }

    it('pain 19: do not flood: a keystroke after another sends nothing for 2 s', async () => {
      const clock = new SteeredClock();
      const { lea, log } = await typingPair(clock);
      const { typing } = lea.channel('room');
      const type = async (keys: number) => {
        for (let key = 0; key < keys; key++) {
          typing.start('Lea');
          // An answer in between, or what is volatile would be dropped for want of a free line.
          await lea.request('marker');
        }
        await lea.request('end');
      };
      await type(5);
      await log.until('end');
      expect(log.names).toEqual(['typing.started', 'end']);
      clock.forward(2_000);
      await type(5);
      await log.until('end', 2);
      expect(log.names).toEqual(['typing.started', 'end', 'typing.started', 'end']);
    });

    it('pain 19: end by themselves 3 s after the last keystroke', async () => {
      const clock = new SteeredClock();
      const { lea, sam, log, changes } = await typingPair(clock);
      lea.channel('room').typing.start('Lea');
      await changes.until('change');
      clock.forward(1_600);
      lea.channel('room').typing.start('Lea');
      clock.forward(1_600);
      await lea.request('end');
      await log.until('end');
      expect(log.names).not.toContain('typing.stopped');
      clock.forward(1_400);
      await log.until('typing.stopped');
      await changes.until('change', 2);
      expect(changes.values('change')).toEqual([['Lea'], []]);
      expect(sam.channel('room').typing.users).toEqual([]);
    });

    it('pain 19: end for those who watch, when the one who types is never heard of again', async () => {
      const clock = new SteeredClock();
      // Steered is the one who watches here.
      const { gateway, lea, sam } = await typingPair(clock);
      const { typing } = lea.channel('room');
      const changes = new EventLog();
      typing.on('change', (users) => changes.note('change', users));
      sam.channel('room').typing.start('Sam');
      await changes.until('change');
      const gone = next(sam, 'disconnected');
      sam.disconnect();
      await gone;
      clock.forward(6_000);
      expect(typing.users).toEqual([]);
      expect(gateway.connections()).toBeGreaterThan(0);
    });

    it('pain 19: end with the own connection, and are not sent late', async () => {
      const { gateway, lea, sam, log, changes } = await typingPair();
      lea.channel('room').typing.start('Lea');
      await changes.until('change');
      const back = next(sam, 'reconnected');
      sam.once('disconnected', () => sam.channel('room').typing.start('Sam'));
      const leaHears = logOf(lea, 'typing.started', 'end');
      cut(gateway, sam);
      await changes.until('change', 2);
      expect(sam.channel('room').typing.users).toEqual([]);
      await back;
      await sam.request('end');
      await leaHears.until('end');
      expect(leaHears.names).toEqual(['end']);
      expect(log.names).toEqual(['typing.started']);
    });
  });
});
