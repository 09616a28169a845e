import { describe, expect, it } from 'vitest';
import { plain, sdk, startGateway } from './support';

describe('broadcast', () => {
  it('reaches all members, with the id that it returns, and no sender', async () => {
    const gateway = await startGateway();
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    const { id } = gateway.broadcast('r', 'note', { n: 1 });
    expect(await a.next('note')).toEqual(['note', { n: 1 }]);
    expect(await b.next('note')).toEqual([
      'note',
      { n: 1 },
      expect.objectContaining({ channel: 'r', id, timestamp: expect.any(Number) }),
    ]);
    expect(gateway.broadcast('r', 'note').id).not.toBe(id);
  });

  it('leaves out the sockets that are named', async () => {
    const gateway = await startGateway();
    const [a, b, c] = [await plain(gateway), await sdk(gateway), await plain(gateway)];
    for (const each of [a, b, c]) await each.ask('join', 'r');
    gateway.broadcast('r', 'one', 1, { except: a.id });
    gateway.channel('r').broadcast('two', 2, { except: [b.id, c.id] });
    gateway.of('/').channel('r').broadcast('three', 3, { except: [] });
    gateway.broadcast('r', 'end');
    const names = async (each: typeof a) => (await each.before('end')).map(([event]) => event);
    expect(await names(a)).toEqual(['two', 'three']);
    expect(await names(b)).toEqual(['one', 'three']);
    expect(await names(c)).toEqual(['one', 'three']);
  });

  it('without data brings none', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await a.ask('join', 'r');
    gateway.broadcast('r', 'note');
    expect(await a.next('note')).toEqual(['note']);
  });

  it('of a wrong name throws, and says what is wrong', async () => {
    const gateway = await startGateway();
    expect(() => gateway.broadcast('a b', 'note')).toThrow(
      '"a b" is not the name of a room: it may hold only A-Z a-z 0-9 . _ - :.',
    );
    expect(() => gateway.channel('')).toThrow(
      '"" is not the name of a room: it must have 1 to 200 characters.',
    );
    expect(() => gateway.broadcast('r', '')).toThrow(
      '"" is not the name of an event: it must have 1 to 255 characters.',
    );
    expect(() => gateway.broadcast('r', 'disconnect')).toThrow(
      '"disconnect" is not the name of an event: that name is reserved.',
    );
    expect(() => gateway.broadcast('r', 'toporia:bye')).toThrow('that name is reserved');
    expect(() => gateway.broadcast('r', 'x', 1, { namespace: '/a..b' })).toThrow(
      '"/a..b" is not the name of a namespace: it may not hold "..".',
    );
    expect(() => gateway.of('/a b')).toThrow('is not the name of a namespace');
    expect(() => gateway.broadcast('r', 'x', 1, { id: 'a b' })).toThrow(
      '"a b" is not the id of a message: it must have 1 to 64 characters of A-Z a-z 0-9 . _ - :.',
    );
    expect(() => gateway.sendToUser('', 'x')).toThrow('A user id must be');
    expect(() => gateway.sendToUser(7, 'connect')).toThrow('that name is reserved');
  });

  it('with an id of its own is heard under it, and once in each room, however often it is published', async () => {
    const gateway = await startGateway();
    const a = await sdk(gateway);
    for (const room of ['r', 's']) await a.ask('join', room);
    for (const n of [1, 2]) {
      expect(gateway.broadcast('r', 'note', n, { id: 'job:7' })).toMatchObject({ id: 'job:7' });
      gateway.of('/').channel('s').broadcast('note', n, { id: 'job:7' });
      gateway.of('/').broadcast('r', 'note', n, { id: 'job:8' });
    }
    gateway.broadcast('r', 'end');
    const heard = await a.before('end');
    expect(heard).toEqual([
      ['note', 1, expect.objectContaining({ channel: 'r', id: 'job:7' })],
      ['note', 1, expect.objectContaining({ channel: 's', id: 'job:7' })],
      ['note', 1, expect.objectContaining({ channel: 'r', id: 'job:8' })],
    ]);
  });

  it('with an id is not taken for done where it failed', async () => {
    const gateway = await startGateway();
    const a = await sdk(gateway);
    await a.ask('join', 'r');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(() => gateway.broadcast('r', 'note', circular, { id: 'one' })).toThrow();
    gateway.broadcast('r', 'note', 'better', { id: 'one' });
    expect(await a.next('note')).toEqual(['note', 'better', expect.objectContaining({ id: 'one' })]);
  });

  it('to a namespace that nobody is in does not make one', async () => {
    const gateway = await startGateway();
    gateway.broadcast('r', 'note', 1, { namespace: '/nobody' });
    gateway.sendToUser(7, 'note', 1, { namespace: '/nobody' });
    expect(await gateway.channel('r', { namespace: '/nobody' }).getPresenceData()).toEqual([]);
    expect(gateway.io._nsps.has('/nobody')).toBe(false);
  });
});

describe('channels()', () => {
  it('tells the rooms with members, how many, and the users of presence rooms', async () => {
    const gateway = await startGateway();
    const [a, b, c] = [await plain(gateway), await sdk(gateway), await plain(gateway, '/chat')];
    await a.ask('join', { rooms: ['r', 'presence-1'] });
    await b.ask('subscribe', 'r');
    await c.ask('join', 'r');
    expect(await gateway.channels()).toEqual([
      { name: 'r', namespace: '/', connections: 2 },
      { name: 'presence-1', namespace: '/', connections: 1, users: 1 },
      { name: 'r', namespace: '/chat', connections: 1 },
    ]);
    expect(await gateway.channels('chat')).toEqual([{ name: 'r', namespace: '/chat', connections: 1 }]);
    expect(await gateway.channels('/nobody')).toEqual([]);
    await expect(gateway.channels('/a b')).rejects.toThrow('is not the name of a namespace');
  });
});
