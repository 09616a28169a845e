import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { next, open, openPlain, SECRET, startGateway, TRANSPORTS, tokenFor } from '../support/realtime-pair';

describe.each(TRANSPORTS)('a plain socket.io-client beside the SDK, over %s', (transport) => {
  const over = { transports: [transport] };

  it('joins, sends, receives and gets acks', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('chat.room.1');
    const plain = await openPlain(gateway.url, over);
    const received: unknown[] = [];
    plain.onAny((...args: unknown[]) => received.push(args));

    expect(await plain.emitWithAck('join', { room: 'chat.room.1' })).toMatchObject({ room: 'chat.room.1' });
    const heard = next(realtime, 'message.sent');
    expect(await plain.emitWithAck('message.sent', { text: 'from plain' })).toEqual({ status: 'ok' });
    expect(await heard).toEqual({ text: 'from plain' });

    const end = next(plain, 'end');
    realtime.emit('message.sent', { text: 'to plain' });
    realtime.channel('chat.room.1').emit('scoped', 7);
    realtime.emit('end', 0);
    await end;
    // Nothing is added: a handler in another language takes exactly one argument.
    expect(received).toEqual([
      ['message.sent', { text: 'to plain' }],
      ['scoped', 7],
      ['end', 0],
    ]);
    expect(await plain.emitWithAck('leave', { room: 'chat.room.1' })).toEqual({ room: 'chat.room.1' });
  });

  it('knows every spelling of join and leave', async () => {
    const gateway = await startGateway();
    const plain = await openPlain(gateway.url, over);
    const events = logOf(plain, 'subscribed', 'subscription_error');
    expect(await plain.emitWithAck('join', 'a')).toMatchObject({ room: 'a' });
    expect(await plain.emitWithAck('join-room', { room: 'b' })).toMatchObject({ room: 'b' });
    expect(await plain.emitWithAck('subscribe', { channel: 'c' })).toMatchObject({
      channel: 'c',
      subscribed: true,
    });
    expect(await plain.emitWithAck('subscribe', 'private.d')).toMatchObject({ error: { code: 'forbidden' } });
    expect((await gateway.gateway.channels()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(await plain.emitWithAck('leave', 'a')).toEqual({ room: 'a' });
    expect(await plain.emitWithAck('leave-room', 'b')).toEqual({ room: 'b' });
    expect(await plain.emitWithAck('unsubscribe', 'c')).toEqual({ channel: 'c', unsubscribed: true });
    expect(await gateway.gateway.channels()).toEqual([]);
    expect(events.entries).toEqual([
      ['subscribed', { channel: 'c' }],
      ['subscription_error', { channel: 'private.d', message: expect.any(String) }],
    ]);
  });

  it('hears an event once that goes to several rooms which it shares', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const plain = await openPlain(gateway.url, over);
    for (const room of ['a', 'b']) {
      await realtime.join(room);
      await plain.emitWithAck('join', room);
    }
    const log = logOf(plain, 'note', 'end');
    realtime.emit('note', 1);
    realtime.emit('end');
    await log.until('end');
    expect(log.names).toEqual(['note', 'end']);
  });

  it('is a member of presence rooms, seen by the SDK', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const realtime = open(gateway.url, { ...over, auth: await tokenFor('1') });
    await realtime.join('presence.room');
    const { presence } = realtime.channel('presence.room');
    const joined = new Promise<string>((resolve) => {
      presence.on('joined', ({ id }) => resolve(id));
    });
    const left = new Promise<string>((resolve) => {
      presence.on('left', ({ id }) => resolve(id));
    });
    const plain = await openPlain(gateway.url, { ...over, auth: { token: await tokenFor('2') } });
    const reply = await plain.emitWithAck('join', 'presence.room');
    expect(reply.members.map(({ user_id }: { user_id: string }) => user_id).sort()).toEqual(['1', '2']);
    expect(await joined).toBe('2');
    plain.disconnect();
    expect(await left).toBe('2');
  });

  it('authenticates after it has connected', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const plain = await openPlain(gateway.url, over);
    const authenticated = next(plain, 'authenticated');
    const reply = await plain.emitWithAck('auth', { token: await tokenFor('7') });
    expect(reply).toMatchObject({ authenticated: true, user_id: '7', guard: 'default' });
    expect(await authenticated).toMatchObject({ user_id: '7' });
    const refused = next(plain, 'auth_error');
    expect(await plain.emitWithAck('auth', { token: 'x' })).toMatchObject({
      error: { code: 'unauthorized' },
    });
    expect(await refused).toEqual({ message: expect.any(String) });
  });
});
