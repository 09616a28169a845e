import { describe, expect, it } from 'vitest';
import { plain, SECRET, sdk, startGateway, token } from '../core/support';
import { Heard, openEcho, settled } from './support';

const ROOM = 'presence-room.1';

/** In development mode, in which presence rooms are open. */
async function startRoom() {
  const gateway = await startGateway();
  const [echo, other] = [openEcho(gateway), openEcho(gateway)];
  const heard = new Heard();
  const channel = echo.join('room.1');
  other.join('room.1').listenForWhisper('typing', heard.note);
  await Promise.all([settled(echo), settled(other)]);
  return { gateway, echo, channel, other, heard };
}

/** Everything that a client is refused has to be asked for. */
const whisperOf = (echo: ReturnType<typeof openEcho>, payload: unknown) =>
  new Promise((resolve) => echo.connector.socket.emit('client event', payload, resolve));

describe('a whisper', () => {
  it('of Echo reaches the others in their forms, and not its sender', async () => {
    const { gateway, echo, channel, heard } = await startRoom();
    const own = new Heard();
    channel.listenForWhisper('typing', own.note);
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    await Promise.all([a.ask('join', ROOM), b.ask('join', ROOM)]);
    channel.whisper('typing', { name: 'Ada' });
    expect(await heard.next()).toEqual({ name: 'Ada' });
    expect(await a.next('client-typing')).toEqual(['client-typing', { name: 'Ada' }]);
    const meta = { channel: ROOM, sender: { user_id: echo.socketId() } };
    expect(await b.next('client-typing')).toEqual([
      'client-typing',
      { name: 'Ada' },
      expect.objectContaining(meta),
    ]);
    await settled(echo);
    expect(own.values).toEqual([]);
  });

  it('of other clients reaches Echo', async () => {
    const { gateway, heard } = await startRoom();
    const [a, b] = [await plain(gateway), await sdk(gateway)];
    await Promise.all([a.ask('join', ROOM), b.ask('join', ROOM)]);
    await a.ask('client-typing', { name: 'plain', room: ROOM });
    await b.ask('client-typing', { name: 'sdk' }, { room: ROOM });
    expect([await heard.next(), await heard.next()]).toEqual([
      { name: 'plain', room: ROOM },
      { name: 'sdk' },
    ]);
  });

  it('stays in its room, whatever its data names', async () => {
    const { gateway, echo, channel, heard } = await startRoom();
    echo.channel('elsewhere');
    const elsewhere = await plain(gateway);
    await elsewhere.ask('join', 'elsewhere');
    await settled(echo);
    channel.whisper('typing', { room: 'elsewhere', channel: 'elsewhere' });
    expect(await heard.next()).toEqual({ room: 'elsewhere', channel: 'elsewhere' });
    gateway.broadcast('elsewhere', 'end');
    expect(await elsewhere.before('end')).toEqual([]);
  });

  it.each([
    [{ channel: 'elsewhere', event: 'client-x', data: 1 }, 'not_in_room'],
    [{ channel: '__proto__', event: 'client-x', data: 1 }, 'not_in_room'],
    [{ channel: ROOM, event: 'App\\Events\\OrderShipped', data: 1 }, 'invalid_payload'],
    [{ channel: ROOM, event: 'presence:leaving', data: 1 }, 'invalid_payload'],
    [{ channel: ROOM, event: 'client-\u0000', data: 1 }, 'invalid_event'],
    [{ channel: ROOM, event: 7, data: 1 }, 'invalid_payload'],
    [{ event: 'client-x', data: 1 }, 'invalid_payload'],
    [[ROOM, 'client-x', 1], 'invalid_payload'],
    ['client-x', 'invalid_payload'],
    [null, 'invalid_payload'],
  ])('that is %j is refused: %s', async (payload, code) => {
    const { gateway, echo } = await startRoom();
    const others = await plain(gateway);
    await Promise.all([others.ask('join', ROOM), others.ask('join', 'elsewhere')]);
    expect(await whisperOf(echo, payload)).toMatchObject({ error: { code } });
    gateway.broadcast(ROOM, 'end');
    expect(await others.before('end')).toEqual([]);
  });

  it('without data arrives as such', async () => {
    const { echo, heard } = await startRoom();
    expect(await whisperOf(echo, { channel: ROOM, event: 'client-typing' })).toEqual({ status: 'ok' });
    expect(await heard.next()).toBeUndefined();
  });

  it('is asked about by the rule of its room', async () => {
    const asked: unknown[] = [];
    const gateway = await startGateway(
      { jwt_secret: SECRET },
      {
        channels: {
          'presence-room.{id}': {
            publish: (_user, _params, { event, data }) => {
              asked.push([event, data]);
              return event === 'client-typing';
            },
          },
        },
      },
    );
    const auth = async (sub: number) => ({ headers: {}, token: await token({ sub }) });
    const [echo, other] = [
      openEcho(gateway, { auth: await auth(1) }),
      openEcho(gateway, { auth: await auth(2) }),
    ];
    const heard = new Heard();
    other.join('room.1').listenForWhisper('typing', heard.note);
    const channel = echo.join('room.1');
    await Promise.all([settled(echo), settled(other)]);
    channel.whisper('typing', 1);
    expect(await heard.next()).toBe(1);
    expect(await whisperOf(echo, { channel: ROOM, event: 'client-other', data: 2 })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(asked).toEqual([
      ['client-typing', 1],
      ['client-other', 2],
    ]);
  });

  it('passes middlewares and handlers as the event that it is', async () => {
    const { gateway, echo, channel, heard } = await startRoom();
    const passed: unknown[] = [];
    gateway.use((event, next) => {
      passed.push([event.type, event.event, event.room, event.data]);
      event.data = { changed: true };
      return next();
    });
    channel.whisper('typing', { name: 'Ada' });
    expect(await heard.next()).toEqual({ changed: true });
    gateway.of('/').on('client-handled', (data, { room }) => ({ data, room }));
    expect(await whisperOf(echo, { channel: ROOM, event: 'client-handled', data: 1 })).toEqual({
      data: { changed: true },
      room: ROOM,
    });
    expect(await whisperOf(echo, { channel: 'elsewhere', event: 'client-handled' })).toMatchObject({
      error: { code: 'not_in_room' },
    });
    expect(passed).toEqual([
      ['message', 'client-typing', ROOM, { name: 'Ada' }],
      ['message', 'client-handled', ROOM, 1],
    ]);
    expect(() => gateway.of('/').on('client event', () => {})).toThrow('the gateway does that itself');
  });

  it('counts as a message', async () => {
    const gateway = await startGateway({ limits: { messages_per_second: 1, messages_burst: 2 } });
    const echo = openEcho(gateway);
    echo.join('room.1');
    const payload = { channel: ROOM, event: 'client-x', data: 1 };
    const replies = [
      await whisperOf(echo, payload),
      await whisperOf(echo, payload),
      await whisperOf(echo, payload),
    ];
    expect(replies[2]).toMatchObject({ error: { code: 'rate_limited' } });
  });
});
