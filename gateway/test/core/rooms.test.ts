import { describe, expect, it } from 'vitest';
import { plain, startGateway } from './support';

describe('rooms', () => {
  it('are joined by name or by object, in either spelling', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    expect(await a.ask('join', { room: 'one' })).toEqual({ room: 'one' });
    expect(await a.ask('join', 'two')).toEqual({ room: 'two' });
    expect(await a.ask('join-room', 'three')).toEqual({ room: 'three' });
    expect(await a.ask('subscribe', { channel: 'four' })).toEqual({ channel: 'four', subscribed: true });
    expect(await a.ask('subscribe', 'five')).toEqual({ channel: 'five', subscribed: true });
    for (const room of ['one', 'two', 'three', 'four', 'five']) gateway.broadcast(room, 'sent', room);
    gateway.broadcast('one', 'end');
    expect((await a.before('end')).filter(([event]) => event === 'sent').map(([, room]) => room)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
    ]);
  });

  it('relay to the other members, the sender left out', async () => {
    const gateway = await startGateway();
    const [a, b, c] = await Promise.all([plain(gateway), plain(gateway), plain(gateway)]);
    await Promise.all([a.ask('join', 'r'), b.ask('join', 'r'), c.ask('join', 'other')]);
    expect(await a.ask('message', { text: 'hi' })).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    gateway.broadcast('other', 'end');
    expect(await b.before('end')).toEqual([['message', { text: 'hi' }]]);
    expect(await a.before('end')).toEqual([]);
    expect(await c.before('end')).toEqual([]);
  });
});
