import { describe, expect, it } from 'vitest';
import { gate, gone, plain } from '../core/support';
import { disconnected, expired, GRACE, HOUR, names, plainUser, start, tokenFor } from './expiry-support';

describe('a token that expires while its client is connected', () => {
  it('takes all that it gave along, at once, and leaves what is public', async () => {
    const { gateway, clock } = await start({}, { channels: { '{any*}': () => true } });
    const witness = await plainUser(gateway, 5, 8);
    await witness.ask('join', 'presence-x');
    const a = await plainUser(gateway);
    await a.ask('join', { rooms: ['public', 'private-x', 'presence-x', 'user.7'] });
    clock.forward(HOUR);
    expect(await a.next('auth_error')).toEqual(['auth_error', expired]);
    expect(await witness.next('user.left')).toEqual(['user.left', { user_id: '7', channel: 'presence-x' }]);

    expect(await a.ask('message', { room: 'public' })).toEqual({ status: 'ok' });
    for (const room of ['private-x', 'presence-x', 'user.7']) {
      expect(await a.ask('message', { room })).toMatchObject({ error: { code: 'not_in_room' } });
      expect(await a.ask('join', room)).toMatchObject({ room, error: { code: 'token_expired' } });
      gateway.broadcast(room, 'secret');
    }
    gateway.sendToUser(7, 'secret');
    gateway.broadcast('public', 'end');
    await a.next('end');
    expect(names(a)).not.toContain('secret');
    const rooms = (await gateway.channels()).map(({ name }) => name);
    expect(rooms.sort()).toEqual(['presence-x', 'public', 'user.8']);
  });

  it('does not end before its time', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway, 24 * 100);
    clock.forward(24 * 100 * HOUR - 60_000);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    expect(names(a)).toEqual([]);
    clock.forward(60_000);
    await a.next('auth_error');
  });

  it('makes its user unknown to the handlers of the program', async () => {
    const { gateway, clock } = await start();
    gateway.of('/').on('who', (_data, { user }) => user?.id ?? 'nobody');
    const a = await plainUser(gateway);
    expect(await a.ask('who')).toBe('7');
    clock.forward(HOUR);
    expect(await a.ask('who')).toBe('nobody');
  });

  it('ends the connection after the grace, with a goodbye', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway);
    const closed = disconnected(a);
    clock.forward(HOUR);
    clock.forward(GRACE - 1_000);
    expect(await a.ask('join', 'public')).toEqual({ room: 'public' });
    clock.forward(1_000);
    expect(await closed).toBe('io server disconnect');
    expect(a.received).toEqual([
      ['auth_error', expired],
      ['toporia:bye', { code: 'token_expired' }],
    ]);
  });

  it('ends its own namespace alone', async () => {
    const { gateway, clock } = await start();
    const a = await plainUser(gateway, 5);
    const socket = a.socket.io.socket('/chat', { auth: { token: await tokenFor(1) } });
    await new Promise<void>((resolve) => socket.connect().once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    clock.forward(HOUR);
    clock.forward(GRACE);
    expect(await closed).toBe('io server disconnect');
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it('holds for the tolerance beyond its end', async () => {
    const { gateway, clock } = await start({ jwt_clock_tolerance: 5_000 });
    const a = await plainUser(gateway);
    clock.forward(HOUR + 2_000);
    expect(await a.ask('join', 'user.7')).toEqual({ room: 'user.7' });
    clock.forward(3_000);
    await a.next('auth_error');
  });

  it.each([0, 600_000])('is let in with a tolerance of %i ms as it would be kept', async (tolerance) => {
    const { gateway } = await start({ jwt_clock_tolerance: tolerance });
    const asking = plain(gateway, '/', { auth: { token: await tokenFor(-0.1) } });
    if (tolerance === 0) await expect(asking).rejects.toThrow('The token has expired.');
    else expect(await (await asking).ask('join', 'user.7')).toEqual({ room: 'user.7' });
  });

  it('does not let a join through that began before', async () => {
    const [asked, answered] = [gate(), gate()];
    const rule = () => {
      asked.open();
      return answered.opened.then(() => true);
    };
    const { gateway, clock } = await start({}, { channels: { x: rule } });
    const a = await plainUser(gateway);
    const joining = a.ask('join', 'private-x');
    await asked.opened;
    clock.forward(HOUR);
    answered.open();
    expect(await joining).toMatchObject({ error: { code: 'token_expired' } });
    expect(await gateway.channels()).toEqual([]);
  });

  it('does not let a message through whose rule was asked before', async () => {
    const [asked, answered] = [gate(), gate()];
    const publish = () => {
      asked.open();
      return answered.opened.then(() => true);
    };
    const { gateway, clock } = await start({}, { channels: { x: { publish } } });
    const [a, witness] = [await plainUser(gateway), await plainUser(gateway, 5, 8)];
    for (const each of [a, witness]) await each.ask('join', 'private-x');
    const sending = a.ask('message', { room: 'private-x' });
    await asked.opened;
    clock.forward(HOUR);
    answered.open();
    expect(await sending).toMatchObject({ error: { code: 'not_in_room' } });
    gateway.broadcast('private-x', 'end');
    expect(await witness.before('end')).toEqual([]);
  });

  it('is forgotten with its connection', async () => {
    const { gateway, clock } = await start();
    const [a, b] = [await plainUser(gateway), await plainUser(gateway)];
    const ended = gone(gateway, a);
    a.socket.disconnect();
    await ended;
    clock.forward(HOUR);
    clock.forward(GRACE);
    await b.next('toporia:bye');
    expect(names(a)).toEqual([]);
  });
});
