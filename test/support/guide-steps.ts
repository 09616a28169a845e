import { expect } from 'vitest';
import type { RealtimeOptions } from '../../src';
import { logOf } from './event-log';
import { next, open } from './realtime-pair';

// What the guide has its users do, and what it promises, with any gateway that they may have.

export async function chatWithTheBasicClient(url: string, options: RealtimeOptions): Promise<void> {
  const lea = open(url, options);
  const sam = open(url, options);
  const ids = logOf(lea, 'connected');
  await sam.join('chat.room.1');
  const heard = next(sam, 'message.sent');

  await lea.join('chat.room.1');
  lea.emit('message.sent', { user: 'Lea', text: 'Anyone here?' });

  expect(await heard).toEqual({ user: 'Lea', text: 'Anyone here?' });
  expect(ids.values('connected')).toEqual([{ id: lea.getId() }]);
}

/** Resolves with the client, which is in `vip.lounge`. */
export async function getAcknowledgements(
  url: string,
  options: RealtimeOptions,
): Promise<ReturnType<typeof open>> {
  const realtime = open(url, options);
  const sent = await new Promise((resolve) => {
    realtime.emit('message.sent', { text: 'Hello' }, (ack) => resolve(ack));
  });
  expect(sent).toEqual({ status: 'ok' });

  const joined = await new Promise((resolve) => {
    realtime.emit('join-room', { room: 'vip.lounge' }, resolve);
  });
  expect(joined).toMatchObject({ room: 'vip.lounge' });
  expect(realtime.getRooms()).toEqual(['vip.lounge']);
  return realtime;
}

export async function tellWhoIsTyping(url: string, options: RealtimeOptions): Promise<void> {
  const lea = open(url, options);
  const sam = open(url, options);
  const seen = logOf(sam, 'typing.started', 'typing.stopped');
  await Promise.all([lea.join('chat.room.1'), sam.join('chat.room.1'), lea.join('elsewhere')]);

  lea.emit('typing.started', { user: 'Lea', room: 'chat.room.1' });
  await seen.until('typing.started');
  lea.emit('typing.stopped', { user: 'Lea', room: 'chat.room.1' });
  await seen.until('typing.stopped');

  expect(seen.entries.map(([event, data]) => [event, data])).toEqual([
    ['typing.started', { user: 'Lea', room: 'chat.room.1' }],
    ['typing.stopped', { user: 'Lea', room: 'chat.room.1' }],
  ]);
}
