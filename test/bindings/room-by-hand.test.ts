import { describe, expect, it } from 'vitest';
import { heldChannel, retryRoom, roomState } from '../../src/bindings/room';
import { next, open, startGateway, wireNames } from '../support/realtime-pair';
import { turn, watchRoom } from './watched-room';

describe('a room that the application joins and leaves by hand', () => {
  it('is joined for its holders too, and stays when they are gone', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const realtime = open(gateway.url);
    await realtime.join('news');
    const room = watchRoom(realtime, 'news');
    await room.log.until('joined');
    room.release();
    await turn();
    await realtime.request('marker');
    expect(realtime.getRooms()).toEqual(['news']);
    expect(wire.filter((name) => /join|leave/.test(name))).toEqual(['join']);
  });

  it('is left for its holders too, until one asks for it again', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const room = watchRoom(realtime, 'news');
    const heard: unknown[] = [];
    room.on('flash', (data) => heard.push(data));
    room.on('left', () => heard.push('left'));
    await room.log.until('joined');
    await realtime.leave('news');
    expect(roomState(realtime, 'news')).toMatchObject({ status: 'left', channel: undefined });
    expect(() => room.channel).toThrow('"news" was left by hand: retry() joins it again');
    retryRoom(realtime, 'news');
    await room.log.until('joined', 2);
    const flash = next(room.channel, 'flash');
    gateway.broadcast('news', 'flash', 1);
    await flash;
    expect(heard).toEqual(['left', 1]);
    expect(room.log.names).toEqual(['joined', 'left', 'joining', 'joined']);
  });

  it('is joined again by a new holder', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const first = watchRoom(realtime, 'news');
    await first.log.until('joined');
    await realtime.leave('news');
    const second = watchRoom(realtime, 'news');
    await Promise.all([first.log.until('joined', 2), second.log.until('joined')]);
    first.release();
    second.release();
    await turn();
    expect(realtime.getRooms()).toEqual([]);
  });

  it('leaves nothing behind when its holders go after it was left', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const room = watchRoom(realtime, 'news');
    await room.log.until('joined');
    await realtime.leave('news');
    room.release();
    await turn();
    expect(roomState(realtime, 'news').status).toBe('joining');
    expect(() => heldChannel(realtime, 'news')).toThrow("isn't in use");
  });
});
