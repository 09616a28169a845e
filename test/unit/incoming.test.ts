import { describe, expect, it } from 'vitest';
import { IncomingReader } from '../../src/client/incoming';
import { LIFECYCLE_EVENTS } from './lifecycle-events';

describe('incoming reader', () => {
  it('splits the payload from what the gateway tells of it', () => {
    const meta = { channel: 'news', id: 'a', timestamp: 1, sender: { user_id: '7' } };
    expect(new IncomingReader()._read('message.sent', [{ text: 'hi' }, meta])).toEqual({
      _payload: { text: 'hi' },
      _meta: meta,
      _isRepeat: false,
    });
  });

  it.each([undefined, 'text', 5, null, [], {}, new Uint8Array(1)])('does not take %j for meta', (second) => {
    expect(new IncomingReader()._read('message.sent', ['hi', second])).toEqual({
      _payload: 'hi',
      _meta: {},
      _isRepeat: false,
    });
  });

  it('tells a message that has come already, in whatever room', () => {
    const reader = new IncomingReader();
    const read = (id: string, channel: string) =>
      reader._read('message.sent', [1, { id, channel }])?._isRepeat;
    expect([read('a', 'one'), read('a', 'two'), read('b', 'one'), read('a', 'one')]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('takes messages without an id for different ones', () => {
    const reader = new IncomingReader();
    reader._read('message.sent', [1, {}]);
    expect(reader._read('message.sent', [1, {}])?._isRepeat).toBe(false);
  });

  it('remembers many messages, but not without bounds', () => {
    const reader = new IncomingReader();
    const isRepeat = (id: number) => reader._read('news', [1, { id: `id-${id}`, channel: 'one' }])?._isRepeat;
    for (let id = 0; id < 1_000; id++) expect(isRepeat(id)).toBe(false);
    expect(isRepeat(0)).toBe(true);
    for (let id = 1_000; id < 3_000; id++) isRepeat(id);
    expect(isRepeat(2_999)).toBe(true);
    expect(isRepeat(0)).toBe(false);
  });

  it.each(LIFECYCLE_EVENTS)('refuses a server event that poses as %s', (event) => {
    expect(new IncomingReader()._read(event, [{ id: 'a' }])).toBeUndefined();
  });
});
