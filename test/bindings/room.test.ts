import { describe, expect, it } from 'vitest';
import { roomState } from '../../src/bindings/room';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, wireNames } from '../support/realtime-pair';
import { turn, watchRoom } from './watched-room';

describe('a held room', () => {
  it('is joined once for all of its holders, and left with the last', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url);
    const first = watchRoom(realtime, 'news');
    const second = watchRoom(realtime, 'news');
    await Promise.all([first.log.until('joined'), second.log.until('joined')]);
    const third = watchRoom(realtime, 'news');
    expect(roomState(realtime, 'news').status).toBe('joined');
    first.release();
    first.release();
    second.release();
    await turn();
    expect(realtime.getRooms()).toEqual(['news']);
    third.release();
    await turn();
    expect(realtime.getRooms()).toEqual([]);
    await realtime.request('marker');
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'join', 'leave', 'marker']);
  });

  it('is not left by one who is back in the same turn', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url);
    const first = watchRoom(realtime, 'news');
    await first.log.until('joined');
    first.release();
    const second = watchRoom(realtime, 'news');
    second.release();
    const third = watchRoom(realtime, 'news');
    await turn();
    await realtime.request('marker');
    expect(wire.filter((name) => /join|leave/.test(name))).toEqual(['join']);
    expect(third.channel).toBe(realtime.channel('news'));
  });

  it('is never asked for by one who goes in the turn in which he came', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = await open(gateway.url).ready();
    const room = watchRoom(realtime, 'news');
    room.release();
    expect(() => room.channel).toThrow("isn't in use");
    await turn();
    await realtime.request('marker');
    expect(wire).not.toContain('join');
  });

  it('is left for good where others come and go while it is', async () => {
    const gateway = await startGateway();
    const realtime = await open(gateway.url).ready();
    const first = watchRoom(realtime, 'news');
    await first.log.until('joined');
    first.release();
    // After the end of the first, and before that of the second.
    const between = Promise.resolve().then(() => watchRoom(realtime, 'news'));
    watchRoom(realtime, 'news').release();
    const kept = await between;
    await kept.log.until('joined');
    await turn();
    expect(realtime.getRooms()).toEqual(['news']);
    expect(kept.channel).toBe(realtime.channel('news'));
  });

  it('has the options of all who hold it in one turn, the later before the earlier', async () => {
    const gateway = await startGateway();
    const realtime = await open(gateway.url).ready();
    watchRoom(realtime, 'presence.room');
    watchRoom(realtime, 'presence.room', { info: { name: 'Ann' } });
    const last = watchRoom(realtime, 'presence.room', { info: { name: 'Bob' } });
    await last.log.until('joined');
    expect(roomState(realtime, 'presence.room').members).toMatchObject([{ info: { name: 'Bob' } }]);
    watchRoom(realtime, 'presence.room', { info: { name: 'Cid' } });
    await turn();
    expect(roomState(realtime, 'presence.room').members).toMatchObject([{ info: { name: 'Bob' } }]);
  });

  it('keeps what was changed of the own presence over a reconnect', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    const room = watchRoom(realtime, 'presence.room', { info: { name: 'Ann' } });
    await room.log.until('joined');
    await room.channel.presence.update({ name: 'Ann', status: 'away' });
    cut(gateway, realtime);
    await room.log.until('joined', 2);
    expect(roomState(realtime, 'presence.room').members).toMatchObject([{ info: { status: 'away' } }]);
  });

  it('is one room for each client', async () => {
    const gateway = await startGateway();
    const [ann, bob] = [open(gateway.url), open(gateway.url)];
    const [of, other] = [watchRoom(ann, 'news'), watchRoom(bob, 'news')];
    await Promise.all([of.log.until('joined'), other.log.until('joined')]);
    of.release();
    await turn();
    expect(roomState(ann, 'news').status).toBe('joining');
    expect(roomState(bob, 'news').status).toBe('joined');
    expect(bob.getRooms()).toEqual(['news']);
  });

  it('tells who is there, once a turn', async () => {
    const gateway = await startGateway();
    const [ann, bob] = [open(gateway.url), open(gateway.url)];
    const room = watchRoom(ann, 'presence.room', { info: 'Ann' });
    await room.log.until('joined');
    const { members } = roomState(ann, 'presence.room');
    const came = logOf(room.channel.presence, 'joined');
    await bob.join('presence.room', { info: 'Bob' });
    await came.until('joined');
    await turn();
    expect(roomState(ann, 'presence.room').members).toMatchObject([{ info: 'Ann' }, { info: 'Bob' }]);
    expect(members).toHaveLength(1);
  });

  it('tells who is typing', async () => {
    const gateway = await startGateway();
    const [ann, bob] = [open(gateway.url), open(gateway.url)];
    const room = watchRoom(ann, 'news');
    await room.log.until('joined');
    const typing = logOf(room.channel.typing, 'change');
    (await bob.join('news')).typing.start('Bob');
    await typing.until('change');
    expect(roomState(ann, 'news').typing).toEqual(['Bob']);
  });

  it('is on its way while the connection is away, and joined again after', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, SOON);
    const room = watchRoom(realtime, 'news');
    await room.log.until('joined');
    cut(gateway, realtime);
    await room.log.until('joined', 2);
    expect(room.log.names).toEqual(['joined', 'joining', 'joined']);
  });

  it('comes back when its client is closed and connects again', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const room = watchRoom(realtime, 'news');
    await room.log.until('joined');
    realtime.disconnect();
    const later = watchRoom(realtime, 'sport');
    await turn();
    expect(roomState(realtime, 'news').status).toBe('joining');
    realtime.connect();
    await Promise.all([room.log.until('joined', 2), later.log.until('joined')]);
    expect(realtime.getRooms()).toEqual(['news', 'sport']);
    expect(later.log.names).toEqual(['joined']);
  });
});

describe('what a holder hears', () => {
  it('is heard twice by two who hear with one function, and ends for each by itself', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const heard: unknown[] = [];
    const handler = (data: unknown) => heard.push(data);
    const first = watchRoom(realtime, 'news');
    const second = watchRoom(realtime, 'news');
    const end = first.on('flash', handler);
    second.on('flash', handler);
    await first.log.until('joined');
    const flash = async (value: number) => {
      const came = next(realtime, 'flash');
      gateway.broadcast('news', 'flash', value);
      await came;
    };
    await flash(1);
    end();
    await flash(2);
    expect(heard).toEqual([1, 1, 2]);
  });

  it('ends with the last holder, also in a room that stays', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const channel = await realtime.join('news');
    const room = watchRoom(realtime, 'news');
    const heard: unknown[] = [];
    room.on('flash', (data) => heard.push(data));
    await room.log.until('joined');
    room.release();
    await turn();
    const flash = next(channel, 'flash');
    gateway.broadcast('news', 'flash', 1);
    await flash;
    expect(heard).toEqual([]);
  });
});
