import { describe, expect, it } from 'vitest';
import { roomOperation } from '../../src/client/room-operation';

describe('room operation', () => {
  it.each([
    ['join', { isJoin: true, isSubscribe: false }],
    ['join-room', { isJoin: true, isSubscribe: false }],
    ['subscribe', { isJoin: true, isSubscribe: true }],
    ['leave', { isJoin: false, isSubscribe: false }],
    ['leave-room', { isJoin: false, isSubscribe: false }],
    ['unsubscribe', { isJoin: false, isSubscribe: true }],
  ])('%s is one, with the room as a text, as `room` or as `channel`', (event, kind) => {
    for (const data of ['news', { room: 'news' }, { channel: 'news' }]) {
      expect(roomOperation(event, data)).toEqual({ ...kind, room: 'news', options: {} });
    }
  });

  it('takes along what authorizes it, and how far back it begins', () => {
    const data = { channel: 'presence-news', auth: 'key:signature', channel_data: '{}', rewind: 3, more: 1 };
    const options = { auth: 'key:signature', channelData: '{}', rewind: 3 };
    expect(roomOperation('subscribe', data)?.options).toEqual(options);
  });

  it.each(['message.sent', 'joined', 'JOIN', '', '__proto__', 'join '])('%j is none', (event) => {
    expect(roomOperation(event, { room: 'news' })).toBeUndefined();
  });
});
