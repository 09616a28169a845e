import { describe, expect, it } from 'vitest';
import { plain, SECRET, sdk, startGateway, token, user } from '../core/support';
import { answering, startBoth } from './endpoint-support';
import { Heard, openEcho, settled, wire } from './support';

const NOTIFIED = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';

describe('a private channel', () => {
  it('is asked about, with what Echo and the browser give for that, and then heard', async () => {
    const { application, gateway } = await startBoth();
    const echo = openEcho(gateway, {
      bearerToken: 'the-token',
      csrfToken: 'the-csrf-token',
      extraHeaders: { Cookie: 'laravel_session=abc; XSRF-TOKEN=xyz' },
    });
    const [shipped, subscribed] = [new Heard(), new Heard()];
    echo.private('orders.5').listen('OrderShipped', shipped.note).on('subscribed', subscribed.note);
    await subscribed.next();
    expect(application.asked).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/broadcasting/auth',
        room: 'private-orders.5',
        socketId: echo.socketId(),
      }),
    ]);
    const { headers, body } = application.asked[0] ?? {};
    expect([...new URLSearchParams(body).keys()].sort()).toEqual(['channel_name', 'socket_id']);
    expect(headers).toEqual({
      host: new URL(application.url).host,
      connection: 'keep-alive',
      authorization: 'Bearer the-token',
      'x-csrf-token': 'the-csrf-token',
      cookie: 'laravel_session=abc; XSRF-TOKEN=xyz',
      'x-requested-with': 'XMLHttpRequest',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body?.length),
    });
    gateway.broadcast('private-orders.5', 'App\\Events\\OrderShipped', { id: 5 });
    expect(await shipped.next()).toEqual({ id: 5 });
  });

  it.each([
    ['true', true],
    ['a signature', { auth: 'app-key:0123456789abcdef' }],
    ['the data of a member', { channel_data: { user_id: 1, user_info: {} } }],
  ])('is open to whom the application answers %s', async (_what, answer) => {
    const { gateway } = await startBoth(() => answer);
    const echo = openEcho(gateway);
    const heard = new Heard();
    echo.private('orders').listen('.sent', heard.note);
    await settled(echo);
    gateway.broadcast('private-orders', 'sent', 1);
    expect(await heard.next()).toBe(1);
  });

  it('brings the notifications of its user', async () => {
    const { gateway } = await startBoth();
    const echo = openEcho(gateway);
    const notified = new Heard();
    echo.private('App.Models.User.7').notification(notified.note);
    await settled(echo);
    gateway.broadcast('private-App.Models.User.7', NOTIFIED, { type: 'invoice.paid' });
    expect(await notified.next()).toEqual({ type: 'invoice.paid' });
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
  ])('is closed to whom the application answers %i, and nothing is logged of it', async (status, code) => {
    const { gateway, logger } = await startBoth(answering(status, '{"message":"no"}'));
    const echo = openEcho(gateway);
    const [heard, failed] = [new Heard(), new Heard()];
    echo.private('orders').listen('.sent', heard.note).on('subscription_error', failed.note);
    expect(await failed.next()).toBe(status);
    gateway.broadcast('private-orders', 'sent', 1);
    const ask = (event: string, payload: object) =>
      new Promise((resolve) => echo.connector.socket.emit(event, payload, resolve));
    expect(await ask('subscribe', { channel: 'private-orders', auth: {} })).toEqual({
      channel: 'private-orders',
      error: { code, status, message: 'The application does not let you into the room "private-orders".' },
    });
    expect(heard.values).toEqual([]);
    expect(await gateway.channels()).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('is asked about anew after a lost connection, by the new socket', async () => {
    const { application, gateway } = await startBoth();
    const echo = openEcho(gateway);
    const subscribed = new Heard();
    echo.private('orders').on('subscribed', subscribed.note);
    await subscribed.next();
    gateway.io.sockets.sockets.get(echo.socketId() as string)?.conn.close(true);
    await subscribed.next();
    const ids = application.asked.map(({ socketId }) => socketId);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(echo.socketId());
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('lets those in speak by whispers and what is like them alone', async () => {
    const { gateway } = await startBoth();
    const [echo, other] = [openEcho(gateway), openEcho(gateway)];
    const [forged, whispered, typing] = [new Heard(), new Heard(), new Heard()];
    other.private('orders').listen('OrderShipped', forged.note).listenForWhisper('hi', whispered.note);
    other.private('orders').listen('.typing.started', typing.note);
    echo.private('orders');
    await Promise.all([settled(echo), settled(other)]);
    const { socket } = echo.connector;
    const reply = new Promise((resolve) =>
      socket.emit('App\\Events\\OrderShipped', { room: 'private-orders' }, resolve),
    );
    expect(await reply).toMatchObject({ error: { code: 'forbidden' } });
    await new Promise((resolve) => socket.emit('App\\Events\\OrderShipped', {}, resolve));
    socket.emit('typing.started', { room: 'private-orders' });
    await typing.next();
    echo.private('orders').whisper('hi', 1);
    expect(await whispered.next()).toBe(1);
    expect(forged.values).toEqual([]);
  });
});

describe('a presence channel', () => {
  const member = (user_id: string | number) => ({ user_id, user_info: { name: `User ${user_id}` } });

  it.each([
    ['an object', (data: object) => data],
    ['text, as it is signed', (data: object) => JSON.stringify(data)],
  ])('shows whom the application answers, its channel_data being %s', async (_what, form) => {
    const { gateway } = await startBoth(({ headers }) => ({
      auth: 'app-key:0123456789abcdef',
      channel_data: form(member(Number(headers.authorization?.slice(7)))),
    }));
    const [one, two] = [openEcho(gateway, { bearerToken: '1' }), openEcho(gateway, { bearerToken: '2' })];
    const [here, joining, leaving] = [new Heard(), new Heard(), new Heard()];
    one.join('room').here(here.note).joining(joining.note).leaving(leaving.note);
    expect(await here.next()).toEqual([{ name: 'User 1' }]);
    const other = new Heard();
    two.join('room').here(other.note);
    expect(await other.next()).toEqual([{ name: 'User 1' }, { name: 'User 2' }]);
    expect(await joining.next()).toEqual({ name: 'User 2' });
    expect(await gateway.channel('presence-room').getPresenceData()).toMatchObject([
      { user_id: '1' },
      { user_id: '2' },
    ]);
    two.disconnect();
    expect(await leaving.next()).toEqual({ name: 'User 2' });
  });

  it.each([
    ['true', true, 'no channel_data'],
    ['a signature alone', { auth: 'app-key:0123456789abcdef' }, 'no channel_data'],
    ['nobody', { channel_data: {} }, 'user_id in channel_data must be'],
    ['an id that is none', { channel_data: { user_id: { a: 1 } } }, 'user_id in channel_data must be'],
    ['text that is no JSON', { channel_data: '{' }, 'must be the JSON of'],
    ['a list', { channel_data: [7] }, 'must be { user_id, user_info }'],
    [
      'too much to show',
      { channel_data: { user_id: 7, user_info: 'x'.repeat(10_001) } },
      'user_info must have at most',
    ],
  ])('is closed where the application answers %s', async (_what, answer, reason) => {
    const { gateway, logger } = await startBoth(() => answer);
    const echo = openEcho(gateway);
    const failed = new Heard();
    echo.join('room').on('subscription_error', failed.note);
    expect(await failed.next()).toBe(503);
    expect(await gateway.channels()).toEqual([]);
    expect(logger.messages('warn')).toEqual([expect.stringContaining(reason)]);
  });

  it('is no more open to others once the application decides', async () => {
    const { gateway } = await startBoth(undefined, { jwt_secret: SECRET });
    const [nobody, somebody] = [await plain(gateway), await user(gateway, 7)];
    expect(await nobody.ask('join', 'presence-room')).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await somebody.ask('join', 'presence-room')).toMatchObject({ error: { code: 'forbidden' } });
    expect((await startBoth()).gateway.developmentMode).toBe(false);
  });
});

describe('the application is asked', () => {
  it('about nothing that is open, or that is the user’s own', async () => {
    const { application, gateway } = await startBoth(undefined, { jwt_secret: SECRET });
    const echo = openEcho(gateway, { auth: { headers: {}, token: await token({ sub: 7 }) } });
    echo.channel('orders');
    echo.channel('user.7');
    const failed = new Heard();
    echo.channel('user.8').on('subscription_error', failed.note);
    expect(await failed.next()).toBe(403);
    expect(application.asked).toEqual([]);
    expect((await gateway.channels()).map(({ name }) => name).sort()).toEqual(['orders', 'user.7']);
  });

  it('about nobody but Echo', async () => {
    const { application, gateway } = await startBoth(undefined, { jwt_secret: SECRET });
    const auth = { headers: { Authorization: 'Bearer x' } };
    for (const client of [await plain(gateway), await sdk(gateway), await user(gateway, 7)]) {
      const room = { room: 'private-orders', auth };
      expect(await client.ask('join', room)).toMatchObject({ error: { code: 'forbidden' } });
      expect(await client.ask('join', { rooms: [room] })).toMatchObject({
        results: [{ error: { code: 'forbidden' } }],
      });
      expect(await client.ask('subscribe', 'private-orders')).toMatchObject({ error: { code: 'forbidden' } });
    }
    const client = await sdk(gateway);
    const payload = { channel: 'private-orders', auth };
    expect(await client.ask('subscribe', payload)).toMatchObject({ error: { code: 'forbidden' } });
    expect(application.asked).toEqual([]);
  });

  it('where no rule decides: a rule’s word is final for those whom it knows', async () => {
    const asked: string[] = [];
    const { application, gateway } = await startBoth(
      undefined,
      { jwt_secret: SECRET },
      {
        channels: {
          'orders.{id}': (user, { id }) => {
            asked.push(`${user.id} ${id}`);
            return id === '1';
          },
          lobby: { anonymous: true, authorize: () => false },
        },
      },
    );
    const known = openEcho(gateway, { auth: { headers: {}, token: await token({ sub: 7 }) } });
    const unknown = openEcho(gateway);
    for (const echo of [known, unknown]) {
      for (const name of ['orders.1', 'orders.2', 'lobby', 'other']) echo.private(name);
      await settled(echo);
    }
    const rooms = await gateway.channels();
    expect(asked).toEqual(['7 1', '7 2']);
    expect(application.asked.map(({ room, socketId }) => [socketId === known.socketId(), room])).toEqual([
      [true, 'private-other'],
      [false, 'private-orders.1'],
      [false, 'private-orders.2'],
      [false, 'private-other'],
    ]);
    const shared = rooms.filter(({ name }) => name.startsWith('private-'));
    expect(shared.map(({ name, connections }) => [name, connections])).toEqual([
      ['private-orders.1', 2],
      ['private-other', 2],
      ['private-orders.2', 1],
    ]);
  });

  it('whom a rule lets send, may, however it came in', async () => {
    const { gateway } = await startBoth(
      undefined,
      {},
      { channels: { orders: { publish: (_user, _params, { event }) => event === 'note' } } },
    );
    const [echo, other] = [openEcho(gateway), openEcho(gateway)];
    const heard = new Heard();
    other.private('orders').listen('.note', heard.note);
    echo.private('orders');
    await Promise.all([settled(echo), settled(other)]);
    echo.connector.socket.emit('note', { room: 'private-orders' });
    expect(await heard.next()).toEqual({ room: 'private-orders' });
  });

  it('not at all where there is no endpoint: private channels are closed', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const failed = new Heard();
    echo.private('orders').on('subscription_error', failed.note);
    expect(await failed.next()).toBe(403);
  });
});

describe('subscription_error', () => {
  it('comes with 403 for whoever has to authenticate first', async () => {
    const { gateway } = await startBoth(undefined, { require_auth: true, jwt_secret: SECRET });
    const echo = openEcho(gateway);
    const heard = wire(echo);
    echo.channel('orders');
    expect(await heard.next('subscription_error')).toEqual(['subscription_error', 'orders', 403]);
  });

  it('comes with 429 for whoever joins too fast, or too much', async () => {
    const limits = { joins_per_second: 1, joins_burst: 2, rooms_per_connection: 1 };
    const gateway = await startGateway({ limits });
    const echo = openEcho(gateway);
    const heard = wire(echo);
    for (const name of ['one', 'two', 'three']) echo.channel(name);
    await settled(echo);
    expect(heard.received).toEqual([
      ['subscribed', 'one'],
      ['subscription_error', 'two', 429],
      ['subscription_error', 'three', 429],
    ]);
    expect(gateway.stats().refusals.by_limit).toEqual({ rooms_per_connection: 1, joins_per_second: 1 });
  });

  it('comes with 403 and no name for a name that is none', async () => {
    const gateway = await startGateway();
    const echo = openEcho(gateway);
    const heard = wire(echo);
    echo.connector.socket.emit('subscribe', { channel: 7, auth: {} });
    expect(await heard.next('subscription_error')).toEqual(['subscription_error', null, 403]);
  });
});
