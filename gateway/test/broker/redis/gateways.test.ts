import { io as connect, type Socket } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import { startTestGateway } from '../../../src/testing';

async function client(url: string, room: string) {
  const socket = connect(url, { transports: ['websocket'] });
  onTestFinished(() => void socket.disconnect());
  expect(await socket.emitWithAck('join', { room })).toMatchObject({ room });
  return socket;
}

const next = (socket: Socket, event: string) =>
  new Promise((resolve) => socket.once(event, (data) => resolve(data)));

describeWith('redis-server', 'gateways with broker: redis', () => {
  test('are one: rooms, rosters, what a program sends, and Socket.IO itself', async () => {
    await using redis = await RedisServer.start();
    const options = { broker: 'redis', redis: { port: redis.port } } as const;
    await using one = await startTestGateway(options);
    await using two = await startTestGateway(options);
    const room = 'presence.room.1';
    const ann = await client(one.url, room);
    const joined = next(ann, 'user.joined');
    const bob = await client(two.url, room);
    expect(await joined).toMatchObject({ channel: room });

    const heard = next(bob, 'message.sent');
    expect(await ann.emitWithAck('message.sent', { text: 'hello' })).toEqual({ status: 'ok' });
    expect(await heard).toEqual({ text: 'hello' });

    const news = Promise.all([next(ann, 'news'), next(bob, 'news')]);
    one.gateway.broadcast(room, 'news', 1);
    expect(await news).toEqual([1, 1]);
    expect(await two.gateway.channel(room).getPresenceData()).toHaveLength(2);

    const raw = Promise.all([next(ann, 'raw'), next(bob, 'raw')]);
    two.gateway.io.emit('raw', 2);
    expect(await raw).toEqual([2, 2]);
  });
});
