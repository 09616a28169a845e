import { describe, expect, it, vi } from 'vitest';
import { plain, SECRET, sdk, startGateway, token } from './support';

describe('dialects', () => {
  it('give the SDK (data, meta) and a plain client (data)', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const auth = { token: await token({ sub: 7 }) };
    const [a, b, c] = await Promise.all([sdk(gateway, '/', auth), sdk(gateway), plain(gateway)]);
    await Promise.all([a.ask('join', 'r'), b.ask('join', 'r'), c.ask('join', 'r')]);
    const before = Date.now();
    await a.ask('message', { text: 'hi' });
    const [, data, meta] = await b.next('message');
    expect(data).toEqual({ text: 'hi' });
    expect(meta).toEqual({
      channel: 'r',
      id: expect.stringMatching(/^.+~.+$/),
      timestamp: expect.any(Number),
      position: { epoch: expect.any(String), offset: 1 },
      sender: { user_id: '7' },
    });
    expect((meta as { timestamp: number }).timestamp).toBeGreaterThanOrEqual(before);
    expect(await c.next('message')).toEqual(['message', { text: 'hi' }]);
  });

  it('take the sender from the gateway, never from the client', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const [a, b] = await Promise.all([sdk(gateway), sdk(gateway)]);
    await Promise.all([a.ask('join', 'r'), b.ask('join', 'r')]);
    await a.ask('message', 1, { sender: { user_id: '1' }, timestamp: 1, channel: 'x' });
    const [, , meta] = await b.next('message');
    expect(meta).not.toHaveProperty('sender');
    expect(meta).toMatchObject({ channel: 'r' });
    expect(meta).not.toMatchObject({ timestamp: 1 });
  });

  it('name an anonymous sender by its socket where anonymous members are let in', async () => {
    const gateway = await startGateway();
    const [a, b] = await Promise.all([plain(gateway), sdk(gateway)]);
    await Promise.all([a.ask('join', 'r'), b.ask('join', 'r')]);
    await a.ask('message', 1);
    expect(await b.next('message')).toEqual([
      'message',
      1,
      expect.objectContaining({ sender: { user_id: a.id } }),
    ]);
  });

  it('give the SDK a copy for each shared room, under one id', async () => {
    const gateway = await startGateway();
    const [a, b] = await Promise.all([sdk(gateway), sdk(gateway)]);
    await a.ask('join', { rooms: ['one', 'two', 'three'] });
    await b.ask('join', { rooms: ['one', 'two'] });
    await a.ask('message', 1);
    gateway.broadcast('two', 'end');
    const copies = (await b.before('end')).map(([, , meta]) => meta as { id: string; channel: string });
    expect(copies.map(({ channel }) => channel)).toEqual(['one', 'two']);
    expect(copies[0]?.id).toBe(copies[1]?.id);
    a.clear();
    b.clear();
    await a.ask('message', 2);
    expect(((await b.next('message'))[2] as { id: string }).id).not.toBe(copies[0]?.id);
  });

  it("give the SDK no data as null, and a plain sender's further arguments after the meta", async () => {
    const gateway = await startGateway();
    const [a, b] = await Promise.all([plain(gateway), sdk(gateway)]);
    await Promise.all([a.ask('join', 'r'), b.ask('join', 'r')]);
    await a.ask('nothing');
    await a.ask('several', 1, 2, 3);
    const meta = expect.objectContaining({ channel: 'r' });
    expect(await b.next('nothing')).toEqual(['nothing', null, meta]);
    expect(await b.next('several')).toEqual(['several', 1, meta, 2, 3]);
  });

  it.each([
    [{}],
    [{ toporia: true }],
    [{ toporia: 'sdk' }],
    [{ toporia: null }],
    [{ toporia: [] }],
    [{ toporia: { sdk: '1' } }],
    [{ toporia: { sdk: 1, client: 'x' } }],
    [{ toporia: { sdk: '1', client: '' } }],
    [{ toporia: { sdk: '1', client: 'x'.repeat(200) } }],
  ])('take a client with %j for a plain one', async (auth) => {
    const gateway = await startGateway();
    const a = await plain(gateway, '/', { auth });
    await a.ask('join', 'r');
    gateway.broadcast('r', 'sent', 1);
    expect(await a.next('sent')).toEqual(['sent', 1]);
  });

  it('encode a message once each, whatever the number of receivers', async () => {
    const gateway = await startGateway();
    const clients = await Promise.all([
      plain(gateway),
      plain(gateway),
      plain(gateway),
      sdk(gateway),
      sdk(gateway),
      sdk(gateway),
    ]);
    await Promise.all(clients.map((each) => each.ask('join', 'r')));
    const encode = vi.spyOn(gateway.io.encoder, 'encode');
    gateway.broadcast('r', 'sent', 'data');
    expect(encode).toHaveBeenCalledTimes(2);
    for (const each of clients) expect((await each.next('sent')).slice(0, 2)).toEqual(['sent', 'data']);
  });

  it('encode nothing for a dialect that nobody in the room speaks', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await a.ask('join', 'r');
    const encode = vi.spyOn(gateway.io.encoder, 'encode');
    gateway.broadcast('empty', 'sent', 'data');
    expect(encode).not.toHaveBeenCalled();
    gateway.broadcast('r', 'sent', 'data');
    expect(encode).toHaveBeenCalledTimes(1);
    expect(await a.next('sent')).toEqual(['sent', 'data']);
  });

  it('answer the hello of the SDK', async () => {
    const gateway = await startGateway();
    const a = await sdk(gateway);
    expect(await a.ask('toporia:hello', { sdk: '0.1.0' })).toMatchObject({
      protocol: 1,
      features: expect.arrayContaining(['rooms', 'batch']),
    });
  });
});
