import { describe, expect, it } from 'vitest';
import { heldChannel, holdRoom, retryRoom, roomState } from '../../src/bindings/room';
import { open, SECRET, startGateway, tokenFor } from '../support/realtime-pair';
import { watchRoom } from './watched-room';

describe('a room that cannot be held', () => {
  it('is refused by its name, with what is wrong with it', () => {
    const realtime = open('http://localhost:1', { autoConnect: false });
    const problem = '"no room" is no room name: it may hold only A-Z a-z 0-9 . _ - :';
    expect(() => holdRoom(realtime, 'no room')).toThrow(problem);
    expect(() => roomState(realtime, 'no room')).toThrow(problem);
    expect(() => holdRoom(realtime, '')).toThrow('"" is no room name: it must have 1 to 200 characters');
    expect(() => holdRoom(realtime, null as unknown as string)).toThrow('needs the name of a room');
    expect(() => heldChannel(realtime, null)).toThrow('No room is named here');
    expect(() => heldChannel(realtime, 'news')).toThrow('"news" isn\'t in use');
    expect(roomState(realtime, null).status).toBe('idle');
    retryRoom(realtime, 'news');
  });

  it('tells why it was refused, and is joined by a retry once it is allowed', async () => {
    let isAllowed = false;
    const gateway = await startGateway({ jwt_secret: SECRET, channels: { orders: () => isAllowed } });
    const realtime = open(gateway.url, { auth: await tokenFor('ann') });
    const first = watchRoom(realtime, 'private.orders');
    await first.log.until('error');
    expect(roomState(realtime, 'private.orders').error).toMatchObject({ code: 'forbidden' });
    const second = watchRoom(realtime, 'private.orders');
    expect(roomState(realtime, 'private.orders').status).toBe('error');
    retryRoom(realtime, 'private.orders');
    await first.log.until('error', 2);
    isAllowed = true;
    retryRoom(realtime, 'private.orders');
    await second.log.until('joined');
    expect(first.log.names).toEqual(['error', 'joining', 'error', 'joining', 'joined']);
    expect(roomState(realtime, 'private.orders').error).toBeUndefined();
  });

  it('brings along with a retry what its holders give by then', async () => {
    let isAllowed = false;
    let name = 'Ann';
    const gateway = await startGateway({ jwt_secret: SECRET, channels: { room: () => isAllowed } });
    const realtime = open(gateway.url, { auth: await tokenFor('ann') });
    const room = watchRoom(realtime, 'presence.room', () => ({ info: { name } }));
    await room.log.until('error');
    isAllowed = true;
    name = 'Bob';
    retryRoom(realtime, 'presence.room');
    await room.log.until('joined');
    expect(roomState(realtime, 'presence.room').members).toMatchObject([{ info: { name: 'Bob' } }]);
  });

  it('was refused before anyone held it', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    await realtime.channel('private.orders').ready.catch(() => {});
    const room = watchRoom(realtime, 'private.orders');
    await room.log.until('error');
    expect(roomState(realtime, 'private.orders').error).toMatchObject({ code: 'forbidden' });
  });

  it('says so where its options can not be sent', async () => {
    const gateway = await startGateway();
    const realtime = await open(gateway.url, { logger: { warn: () => {} } }).ready();
    const room = watchRoom(realtime, 'news', { info: { size: 1n } });
    await room.log.until('error');
    expect(roomState(realtime, 'news').error).toMatchObject({ code: 'invalid_payload' });
  });

  it('does not wait for a connection that was ended', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url);
    const room = watchRoom(realtime, 'private.orders');
    await room.log.until('error');
    realtime.disconnect();
    retryRoom(realtime, 'private.orders');
    await room.log.until('error', 2);
    expect(roomState(realtime, 'private.orders').error).toMatchObject({ code: 'closed' });
  });
});
