import { describe, expect, it } from 'vitest';
import { plain, sdk, startGateway, type TestClient } from './support';

async function three(options = {}) {
  const gateway = await startGateway(options);
  const [a, b, c] = await Promise.all([plain(gateway), plain(gateway), plain(gateway)]);
  return { gateway, a, b, c };
}

const join = (client: TestClient, ...rooms: string[]) => client.ask('join', { rooms });

describe('relay', () => {
  it('goes to the other members of the rooms of the sender, and to nobody else', async () => {
    const { gateway, a, b, c } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r'), join(c, 'other')]);
    expect(await a.ask('message', { text: 'hi' })).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    gateway.broadcast('other', 'end');
    expect(await b.before('end')).toEqual([['message', { text: 'hi' }]]);
    expect(await a.before('end')).toEqual([]);
    expect(await c.before('end')).toEqual([]);
  });

  it('without an acknowledgement callback works as well', async () => {
    const { a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    a.socket.emit('message', 1);
    expect(await b.next('message')).toEqual(['message', 1]);
  });

  it('of a sender in no room is acknowledged and goes nowhere', async () => {
    const { gateway, a, b } = await three();
    await join(b, 'r');
    expect(await a.ask('message', 1)).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });

  it('to several rooms reaches a plain client once', async () => {
    const { gateway, a, b, c } = await three();
    await Promise.all([join(a, 'one', 'two'), join(b, 'one', 'two'), join(c, 'two')]);
    await a.ask('message', 1);
    gateway.broadcast('two', 'end');
    expect(await b.before('end')).toEqual([['message', 1]]);
    expect(await c.before('end')).toEqual([['message', 1]]);
  });

  it.each(['room', 'channel'])('goes to that room alone which the payload names as its %s', async (key) => {
    const { gateway, a, b, c } = await three();
    await Promise.all([join(a, 'one', 'two'), join(b, 'one'), join(c, 'two')]);
    const payload = { [key]: 'two', text: 'hi' };
    expect(await a.ask('message', payload)).toEqual({ status: 'ok' });
    for (const room of ['one', 'two']) gateway.broadcast(room, 'end');
    expect(await b.before('end')).toEqual([]);
    expect(await c.before('end')).toEqual([['message', payload]]);
  });

  it('to a room that the sender is not in is refused, never broadcast', async () => {
    const { gateway, a, b, c } = await three();
    await Promise.all([join(a, 'one'), join(b, 'one'), join(c, 'two')]);
    const error = { code: 'not_in_room', message: 'Join a room before you send to it.' };
    expect(await a.ask('message', { room: 'two' })).toEqual({ error, room: 'two' });
    await a.ask('leave', 'one');
    expect(await a.ask('message', { room: 'one' })).toEqual({ error, room: 'one' });
    for (const room of ['one', 'two']) gateway.broadcast(room, 'end');
    expect(await b.before('end')).toEqual([]);
    expect(await c.before('end')).toEqual([]);
  });

  it('takes no room from a prototype, an array, or a value that is no name', async () => {
    const { gateway, a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    const payloads = [
      JSON.parse('{"__proto__":{"room":"elsewhere"}}'),
      JSON.parse('{"constructor":{"prototype":{"room":"elsewhere"}}}'),
      [{ room: 'elsewhere' }],
      { room: 7 },
      { room: null, channel: { name: 'elsewhere' } },
      'elsewhere',
      null,
    ];
    for (const payload of payloads) expect(await a.ask('message', payload)).toEqual({ status: 'ok' });
    gateway.broadcast('r', 'end');
    const got = await b.before('end');
    expect(JSON.stringify(got)).toBe(JSON.stringify(payloads.map((payload) => ['message', payload])));
    expect(({} as { room?: unknown }).room).toBeUndefined();
  });

  it('passes on what there is: no payload, several arguments, binary data', async () => {
    const { gateway, a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    await a.ask('nothing');
    await a.ask('several', 1, { two: 2 }, null);
    await a.ask('binary', { bytes: Buffer.from([0, 255, 7]), deep: [Buffer.from('x')] });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([
      ['nothing'],
      ['several', 1, { two: 2 }, null],
      ['binary', { bytes: Buffer.from([0, 255, 7]), deep: [Buffer.from('x')] }],
    ]);
  });

  it('keeps the order in which one client sent', async () => {
    const { gateway, a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    for (let i = 0; i < 200; i++) a.socket.emit('n', i);
    await a.ask('n', 200);
    gateway.broadcast('r', 'end');
    expect((await b.before('end')).map(([, n]) => n)).toEqual(Array.from({ length: 201 }, (_, i) => i));
  });

  it.each([
    ['typing.started', 1],
    ['typing.stopped', 1],
    ['client-wave', 1],
    ['message', 3],
  ])('of %s drops what a receiver is not ready for, if that is volatile', async (event, arriving) => {
    const { gateway, a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    // In one tick the receiver's transport takes nothing after a write as large as this.
    await a.ask('batch', [
      ['first', 'x'.repeat(50_000)],
      [event, 1],
      [event, 2],
    ]);
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toHaveLength(arriving);
    b.clear();
    await a.ask(event, { room: 'r' });
    expect(await b.next(event)).toEqual([event, { room: 'r' }]);
  });

  it.each(['typing.started', 'client-wave'])('of many %s in one tick drops none', async (event) => {
    const { gateway, a, b } = await three();
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    const sent = Array.from({ length: 10 }, (_, n) => [event, { n, room: 'r' }]);
    await a.ask('batch', sent);
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual(sent);
  });
});

describe("the SDK's second argument", () => {
  it('names the room and the id, and adds nothing to the payload', async () => {
    const gateway = await startGateway();
    const [a, b, c] = await Promise.all([sdk(gateway), plain(gateway), sdk(gateway)]);
    await Promise.all([join(a, 'one', 'two'), join(b, 'one'), join(c, 'two')]);
    // What the payload calls a room is no address where the second argument gives one.
    expect(await a.ask('message', { room: 'kitchen' }, { room: 'two', id: 'abc-1' })).toEqual({
      status: 'ok',
    });
    for (const room of ['one', 'two']) gateway.broadcast(room, 'end');
    expect(await b.before('end')).toEqual([]);
    expect(await c.before('end')).toEqual([
      [
        'message',
        { room: 'kitchen' },
        expect.objectContaining({ channel: 'two', id: expect.stringMatching(/^[\w-]{12}\.abc-1$/) }),
      ],
    ]);
  });

  it('never reaches a receiver as payload', async () => {
    const gateway = await startGateway();
    const [a, b] = await Promise.all([sdk(gateway), plain(gateway)]);
    await Promise.all([join(a, 'r'), join(b, 'r')]);
    await a.ask('one', 'text', {});
    await a.ask('two', 'text', { room: 'r' });
    await a.ask('three', 'text', { id: 'x' });
    await a.ask('four', undefined, { room: 'r' });
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([
      ['one', 'text'],
      ['two', 'text'],
      ['three', 'text'],
      ['four', null],
    ]);
  });

  it('is refused when it is wrong', async () => {
    const gateway = await startGateway();
    const a = await sdk(gateway);
    await a.ask('join', 'r');
    expect(await a.ask('m', 1, { room: 'other' })).toMatchObject({
      error: { code: 'not_in_room' },
      room: 'other',
    });
    expect(await a.ask('m', 1, { room: 7 })).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(await a.ask('m', 1, { id: 7 })).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(await a.ask('m', 1, { id: 'a~1' })).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(await a.ask('m', 1, { room: null, id: null })).toEqual({ status: 'ok' });
  });

  it('from a plain client is payload like the first', async () => {
    const gateway = await startGateway();
    const [a, b, c] = await Promise.all([plain(gateway), plain(gateway), plain(gateway)]);
    await Promise.all([join(a, 'one', 'two'), join(b, 'one'), join(c, 'two')]);
    await a.ask('message', 1, { room: 'two' });
    expect(await b.next('message')).toEqual(['message', 1, { room: 'two' }]);
    expect(await c.next('message')).toEqual(['message', 1, { room: 'two' }]);
  });
});
