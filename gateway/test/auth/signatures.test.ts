import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/config';
import { plain, SECRET, sdk, startGateway, user } from '../core/support';
import { APP_KEY, APP_SECRET, signed } from './support';

const application: GatewayOptions = { app_key: APP_KEY, app_secret: APP_SECRET };
const DATA = '{"user_id":7,"user_info":{"name":"Ada"}}';

describe('a signature of the application', () => {
  it('admits to a private room, without any token', async () => {
    const gateway = await startGateway(application);
    expect(gateway.developmentMode).toBe(false);
    const a = await plain(gateway);
    expect(await a.ask('join', { room: 'private-x', ...signed(a.id, 'private-x') })).toEqual({
      room: 'private-x',
    });
  });

  it("admits to a presence room as whom it names, and its messages are that one's", async () => {
    const gateway = await startGateway(application);
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    const join = (id: string, data: string) => ({ room: 'presence-x', ...signed(id, 'presence-x', data) });
    expect(await a.ask('join', join(a.id, DATA))).toEqual({
      room: 'presence-x',
      members: [{ user_id: '7', user_info: { name: 'Ada' }, connected_at: expect.any(Number) }],
    });
    await b.ask('join', join(b.id, '{"user_id":"8"}'));
    await a.ask('message', { room: 'presence-x' });
    expect(await b.next('message')).toMatchObject([
      'message',
      {},
      { channel: 'presence-x', sender: { user_id: '7' } },
    ]);
    expect((await a.next('user.joined'))[1]).toMatchObject({ user_id: '8', user_info: {} });
  });

  it('is taken in a namespace, and is for that socket alone', async () => {
    const gateway = await startGateway(application);
    const [a, b] = [await plain(gateway, '/chat'), await plain(gateway, '/chat')];
    const join = { room: 'private-x', ...signed(a.id, 'private-x') };
    expect(await b.ask('join', join)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', join)).toEqual({ room: 'private-x' });
  });

  it.each(['new secret', 'old secret'])('by the %s holds while both are configured', async (secret) => {
    const gateway = await startGateway({ app_key: APP_KEY, app_secret: 'new secret, old secret' });
    const a = await plain(gateway);
    const join = { room: 'private-x', ...signed(a.id, 'private-x', undefined, secret) };
    expect(await a.ask('join', join)).toEqual({ room: 'private-x' });
  });

  const hex = (auth: string) => auth.slice(APP_KEY.length + 1);
  it.each<[what: string, make: (id: string) => unknown]>([
    ['for another room', (id) => signed(id, 'private-y').auth],
    ['for a presence room', (id) => signed(id, 'private-x', DATA).auth],
    ['by another secret', (id) => signed(id, 'private-x', undefined, 'another').auth],
    ['under another key', (id) => `other-key:${hex(signed(id, 'private-x').auth)}`],
    ['under no key', (id) => `:${hex(signed(id, 'private-x').auth)}`],
    ['without its key', (id) => hex(signed(id, 'private-x').auth)],
    ['that is cut off', (id) => signed(id, 'private-x').auth.slice(0, -2)],
    ['that goes on', (id) => `${signed(id, 'private-x').auth}00`],
    ['that has a line after it', (id) => `${signed(id, 'private-x').auth}\n`],
    ['that is not hex', () => `${APP_KEY}:${'z'.repeat(64)}`],
    ['that is the key alone', () => APP_KEY],
    ['that is a very long text', () => `${APP_KEY}:${'0'.repeat(100_000)}`],
  ])('%s is refused', async (_what, make) => {
    const gateway = await startGateway(application);
    const a = await plain(gateway);
    expect(await a.ask('join', { room: 'private-x', auth: make(a.id) })).toEqual({
      error: { code: 'forbidden', message: 'The signature for "private-x" does not hold.' },
      room: 'private-x',
    });
  });

  it.each<[auth: unknown]>([[undefined], [null], [''], [7], [{ headers: {} }], [['a']]])(
    'is not what %j is',
    async (auth) => {
      const gateway = await startGateway(application);
      const a = await plain(gateway);
      expect(await a.ask('join', { room: 'private-x', auth })).toMatchObject({
        error: { code: 'forbidden' },
      });
    },
  );

  it.each<[data: string, message: string]>([
    ['{"user_info":{}}', 'user_id in channel_data must be a number or a text of 1 to 200 characters.'],
    ['{"user_id":""}', 'user_id in channel_data must be a number or a text of 1 to 200 characters.'],
    ['{"user_id":true}', 'user_id in channel_data must be a number or a text of 1 to 200 characters.'],
    ['{"user_id":1e999}', 'user_id in channel_data must be a number or a text of 1 to 200 characters.'],
    [
      '{"__proto__":{"user_id":7}}',
      'user_id in channel_data must be a number or a text of 1 to 200 characters.',
    ],
    [
      `{"user_id":"${'7'.repeat(201)}"}`,
      'user_id in channel_data must be a number or a text of 1 to 200 characters.',
    ],
    ['[7]', 'channel_data must be the JSON of { user_id, user_info }, as it was signed.'],
    ['{"user_id":7', 'channel_data must be the JSON of { user_id, user_info }, as it was signed.'],
    [
      `{"user_id":7,"user_info":"${'x'.repeat(10_000)}"}`,
      'user_info must have at most 10000 characters of JSON.',
    ],
    [
      `{"user_id":7,"user_info":"${'x'.repeat(100_000)}"}`,
      'channel_data must be the JSON of { user_id, user_info }, as it was signed.',
    ],
  ])('for the channel data %j is refused though it holds', async (data, message) => {
    const gateway = await startGateway(application);
    const a = await plain(gateway);
    const reply = await a.ask('join', { room: 'presence-x', ...signed(a.id, 'presence-x', data) });
    expect(reply).toEqual({ error: { code: 'invalid_payload', message }, room: 'presence-x' });
  });

  it('is over the channel data as they came, to the byte', async () => {
    const gateway = await startGateway(application);
    const a = await plain(gateway);
    const { auth } = signed(a.id, 'presence-x', DATA);
    for (const channel_data of [DATA.replace('7', '8'), `${DATA} `, DATA.replace(',', ', ')]) {
      expect(await a.ask('join', { room: 'presence-x', auth, channel_data })).toMatchObject({
        error: { code: 'forbidden' },
      });
    }
    for (const channel_data of [JSON.parse(DATA), undefined]) {
      expect(await a.ask('join', { room: 'presence-x', auth, channel_data })).toMatchObject({
        error: { code: 'invalid_payload' },
      });
    }
    expect(await a.ask('join', { room: 'presence-x', auth, channel_data: DATA })).toHaveProperty('members');
  });

  it('admits to the room of a user, where it hears what is sent to it', async () => {
    const gateway = await startGateway({ ...application, jwt_secret: SECRET });
    const a = await plain(gateway);
    expect(await a.ask('join', { room: 'user.7', ...signed(a.id, 'user.7') })).toEqual({ room: 'user.7' });
    gateway.sendToUser(7, 'note', 1);
    expect(await a.next('note')).toEqual(['note', 1]);
  });

  it('is needed by users too, once there is an application that signs', async () => {
    const gateway = await startGateway({ ...application, jwt_secret: SECRET });
    const a = await user(gateway, 7);
    expect(await a.ask('join', 'presence-x')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it('stands beside rules', async () => {
    const gateway = await startGateway(application, { channels: { x: { publish: false } } });
    const a = await plain(gateway);
    await a.ask('join', { room: 'private-x', ...signed(a.id, 'private-x') });
    expect(await a.ask('message', { room: 'private-x' })).toMatchObject({ error: { code: 'forbidden' } });
  });
});
