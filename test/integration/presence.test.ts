import { describe, expect, it } from 'vitest';
import { type Channel, type RealtimeOptions, roomKind } from '../../src';
import { EventLog } from '../support/event-log';
import { cut, next, open, SECRET, SOON, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';

const ROOM = 'presence.room';

/** Notes what a room tells of its members, by their ids. */
function presenceOf({ presence }: Channel): EventLog {
  const log = new EventLog();
  presence.on('sync', (members) => log.note('sync', members.map(({ id }) => id).sort()));
  presence.on('joined', ({ id }) => log.note('joined', id));
  presence.on('left', ({ id }) => log.note('left', id));
  presence.on('updated', ({ id, info }, previous) => log.note('updated', id, info, previous.info));
  return log;
}

describe.each(TRANSPORTS)('presence, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  async function room() {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const enter = async (id: string, options: RealtimeOptions = {}) => {
      const realtime = open(gateway.url, { ...over, auth: await tokenFor(id), ...options });
      await realtime.join(ROOM);
      return realtime;
    };
    return { gateway, enter };
  }

  it('shows who is there, oneself included', async () => {
    const { enter } = await room();
    await enter('1');
    const sam = await enter('2');
    const { presence } = sam.channel(ROOM);
    expect(presence.members.map(({ id }) => id).sort()).toEqual(['1', '2']);
    expect(presence.get(1)).toEqual({ id: '1', info: expect.objectContaining({ name: '1' }) });
    expect(presence.get('3')).toBeUndefined();
    expect(presence.members).toBe(presence.members);
    expect(roomKind(ROOM)).toBe('presence');
  });

  it('tells who comes and goes', async () => {
    const { enter } = await room();
    const lea = await enter('1');
    const log = presenceOf(lea.channel(ROOM));
    const sam = await enter('2');
    await log.until('joined');
    await sam.leave(ROOM);
    await log.until('left');
    await sam.join(ROOM);
    await log.until('joined', 2);
    sam.disconnect();
    await log.until('left', 2);
    expect(log.entries).toEqual([
      ['joined', '2'],
      ['left', '2'],
      ['joined', '2'],
      ['left', '2'],
    ]);
    expect(lea.channel(ROOM).presence.members.map(({ id }) => id)).toEqual(['1']);
  });

  it('gives those who were there before as the roster, not as newcomers', async () => {
    const { gateway, enter } = await room();
    await enter('1');
    const sam = open(gateway.url, { ...over, auth: await tokenFor('2') });
    const log = presenceOf(sam.channel(ROOM));
    await sam.join(ROOM);
    expect(log.entries).toEqual([['sync', ['1', '2']]]);
  });

  it('stops telling when it is asked to', async () => {
    const { enter } = await room();
    const lea = await enter('1');
    const { presence } = lea.channel(ROOM);
    const heard: string[] = [];
    const handler = () => heard.push('removed by off');
    presence.on('joined', handler);
    presence.on('joined', () => heard.push('unsubscribed'))();
    presence.off('joined', handler);
    const log = presenceOf(lea.channel(ROOM));
    await enter('2');
    await log.until('joined');
    expect(heard).toEqual([]);
  });

  it('has one entry for a user with two connections, until the last is gone', async () => {
    const { gateway, enter } = await room();
    const lea = await enter('1');
    const log = presenceOf(lea.channel(ROOM));
    const phone = await enter('2');
    const laptop = await enter('2');
    expect(laptop.channel(ROOM).presence.members).toHaveLength(2);
    expect(await gateway.channel(ROOM).getPresenceData()).toHaveLength(2);
    phone.disconnect();
    const third = await enter('3');
    await log.until('joined', 2);
    laptop.disconnect();
    await log.until('left');
    third.disconnect();
    await log.until('left', 2);
    expect(log.entries).toEqual([
      ['joined', '2'],
      ['joined', '3'],
      ['left', '2'],
      ['left', '3'],
    ]);
  });

  it('shows a changed entry to the others, as a change', async () => {
    const { gateway, enter } = await room();
    const lea = await enter('1');
    const log = presenceOf(lea.channel(ROOM));
    const sam = await enter('2');
    const before = sam.channel(ROOM).presence.get('2')?.info;
    await sam.channel(ROOM).presence.update({ mood: 'busy' });
    await log.until('updated');
    expect(log.entries).toEqual([
      ['joined', '2'],
      ['updated', '2', { mood: 'busy' }, before],
    ]);
    expect(lea.channel(ROOM).presence.get('2')?.info).toEqual({ mood: 'busy' });
    const data = await gateway.channel(ROOM).getPresenceData();
    expect(data.find(({ user_id }) => user_id === '2')?.user_info).toEqual({ mood: 'busy' });
  });

  it('shows a changed entry to the one who changed it, too', async () => {
    const { enter } = await room();
    const sam = await enter('2');
    const { presence } = sam.channel(ROOM);
    const log = presenceOf(sam.channel(ROOM));
    await presence.update({ mood: 'busy' });
    await sam.request('marker');
    expect(presence.get('2')?.info).toEqual({ mood: 'busy' });
    expect(log.names).toEqual(['updated']);
  });

  it('shows a changed entry again after the one who changed it was away', async () => {
    const { gateway, enter } = await room();
    const sam = await enter('2');
    await sam.channel(ROOM).presence.update({ mood: 'busy' });
    const back = next(sam, 'reconnected');
    cut(gateway, sam);
    await back;
    await sam.request('marker');
    const [entry] = await gateway.channel(ROOM).getPresenceData();
    expect(entry?.user_info).toEqual({ mood: 'busy' });
    expect(sam.channel(ROOM).presence.get('2')?.info).toEqual({ mood: 'busy' });
  });

  it('refuses an update that is no entry of this room', async () => {
    const { enter } = await room();
    const sam = await enter('2');
    await expect(sam.channel('public').presence.update({})).rejects.toMatchObject({ code: 'not_in_room' });
    await expect(sam.channel(ROOM).presence.update('x'.repeat(20_000))).rejects.toMatchObject({
      code: 'invalid_payload',
    });
  });

  it('announces after a reconnect only what has really changed', async () => {
    const { gateway, enter } = await room();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    const token = await tokenFor('1');
    const lea = await enter('1', {
      auth: async () => {
        // The way back is held until the room has changed.
        if (++asked > 1) await held;
        return token;
      },
    });
    const log = presenceOf(lea.channel(ROOM));
    const [goes, changes] = [await enter('goes'), await enter('changes'), await enter('stays')];
    await log.until('joined', 3);
    log.clear();
    const gone = next(lea, 'disconnected');
    cut(gateway, lea);
    await gone;
    await goes.leave(ROOM);
    await changes.channel(ROOM).presence.update({ mood: 'new' });
    await enter('comes');
    const back = next(lea, 'reconnected');
    release();
    await back;
    expect(log.names.at(-1)).toBe('sync');
    expect(log.entries.map(([event, id]) => [event, id])).toEqual(
      expect.arrayContaining([
        ['left', 'goes'],
        ['joined', 'comes'],
        ['updated', 'changes'],
        ['sync', ['1', 'changes', 'comes', 'stays']],
      ]),
    );
    expect(log.entries).toHaveLength(4);
  });

  it('is that of an anonymous member, with what it shows of itself, in development', async () => {
    const gateway = await startGateway();
    const lea = open(gateway.url, over);
    await lea.join(ROOM, { info: { name: 'Lea' } });
    const { presence } = lea.channel(ROOM);
    expect(presence.members).toEqual([{ id: lea.getId(), info: { name: 'Lea' } }]);
    const back = next(lea, 'reconnected');
    cut(gateway, lea);
    await back;
    expect(presence.get(lea.getId() as string)?.info).toEqual({ name: 'Lea' });
  });

  it('of one room knows nothing of another, and is empty after leaving', async () => {
    const { enter } = await room();
    const lea = await enter('1');
    const sam = await enter('2');
    await lea.join('presence-other');
    const channel = lea.channel('presence-other');
    expect(channel.presence.members).toHaveLength(1);
    const log = presenceOf(channel);
    await sam.leave(ROOM);
    await sam.join('presence-other');
    await log.until('joined');
    expect(log.names).toEqual(['joined']);
    await channel.leave();
    expect(channel.presence.members).toEqual([]);
  });
});
