import { describe, expect, it } from 'vitest';
import { RealtimeError } from '../../src';
import { sign, startAuthEndpoint } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, open, SOON } from '../support/realtime-pair';

/** Nothing here may end by a timeout. */
const PATIENT = { ackTimeout: Number.POSITIVE_INFINITY, ...SOON };

describe.each(['auto', 'toporia-php'] as const)(
  'what the PHP gateway refuses, with protocol %s',
  (protocol) => {
    const options = { protocol, ...PATIENT };

    it.each(['private.room', 'private-room', 'presence.room', 'presence-room', 'user.7'])(
      'rejects the join of %s at once, without a signature',
      async (room) => {
        const realtime = open((await startPhpGateway()).url, options);
        const error = await realtime.join(room).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(RealtimeError);
        expect(error).toMatchObject({ code: 'forbidden', message: 'Unauthorized', cause: { channel: room } });
        expect(realtime.getRooms()).toEqual([]);
        expect(await realtime.request('marker')).toEqual({ status: 'ok' });
      },
    );

    it('tells the handle of the room, and admits to the others that were joined with it', async () => {
      const realtime = open((await startPhpGateway()).url, options);
      const refused = logOf(realtime.channel('private.room'), 'error');
      await Promise.all([realtime.join('news'), realtime.join('chat.room.1')]);
      expect(await refused.until('error')).toEqual([expect.objectContaining({ code: 'forbidden' })]);
      expect(realtime.getRooms()).toEqual(['news', 'chat.room.1']);
    });

    it('admits with a signature, asked for anew at each connection', async () => {
      const { url, asked } = await startAuthEndpoint();
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { ...options, authEndpoint: url });
      await Promise.all([realtime.join('private.room'), realtime.join('presence-room')]);
      const back = next(realtime, 'reconnected');
      gateway.dropConnections();
      await back;
      expect(realtime.getRooms()).toEqual(['private.room', 'presence-room']);
      expect(new Set(asked.map(({ socketId }) => socketId)).size).toBe(2);
      expect(gateway.log.names.filter((name) => /join|subscribe/.test(name))).toEqual(
        Array(4).fill('subscribe'),
      );
      await realtime.leave('private.room');
      expect(gateway.log.values('unsubscribe')).toEqual([{ channel: 'private.room' }]);
    });

    it('is told by the room when it comes with a rejoin', async () => {
      const { url, asked } = await startAuthEndpoint(({ socketId, room }) =>
        new Set(asked.map((one) => one.socketId)).size > 1
          ? [200, JSON.stringify({ auth: `app:${socketId}${room}` })]
          : [200, JSON.stringify({ auth: sign(socketId, room).auth })],
      );
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { ...options, authEndpoint: url });
      const room = await realtime.join('private.room');
      const refused = next(room, 'error');
      const back = next(realtime, 'reconnected');
      gateway.dropConnections();
      expect(await refused).toMatchObject({ code: 'forbidden' });
      await back;
      expect(realtime.getRooms()).toEqual([]);
    });

    it('rejects a request to authenticate at once, and tells the ack of one that was emitted', async () => {
      const realtime = open((await startPhpGateway({ tokens: { fresh: '7' } })).url, options);
      await realtime.request('marker');
      const told = next(realtime, 'auth_error');
      await expect(realtime.request('auth', { token: 'stale' })).rejects.toMatchObject({
        code: 'unauthorized',
        message: 'Invalid token',
      });
      expect(await told).toEqual({ message: 'Invalid token' });
      const ack = new Promise((resolve) => realtime.emit('auth', { token: 'stale' }, resolve));
      expect(await ack).toEqual({ error: expect.objectContaining({ code: 'unauthorized' }) });
      expect(await realtime.request('auth', { token: 'fresh' })).toMatchObject({ user_id: '7' });
    });

    it('refuses the one request that came first, and lets the next succeed', async () => {
      const realtime = open((await startPhpGateway({ tokens: { fresh: '7' } })).url, options);
      await realtime.request('marker');
      const answers = await Promise.allSettled(
        ['stale', 'fresh'].map((token) => realtime.request('auth', { token })),
      );
      expect(answers).toEqual([
        { status: 'rejected', reason: expect.objectContaining({ code: 'unauthorized' }) },
        { status: 'fulfilled', value: expect.objectContaining({ user_id: '7' }) },
      ]);
    });

    it('gets the token of the options by an event of its own, at each connection', async () => {
      const gateway = await startPhpGateway({ tokens: { 'token 1': '7', 'token 2': '7' } });
      let asked = 0;
      const realtime = open(gateway.url, { ...options, auth: async () => `token ${++asked}` });
      const log = logOf(realtime, 'authenticated', 'error');
      await realtime.join('news');
      await log.until('authenticated');
      gateway.dropConnections();
      await log.until('authenticated', 2);
      expect(gateway.log.values('auth')).toEqual([{ token: 'token 1' }, { token: 'token 2' }]);
      expect(log.values('error')).toEqual([]);
    });

    it('says so when the token of the options is refused', async () => {
      const realtime = open((await startPhpGateway()).url, { ...options, auth: 'stale' });
      expect(await next(realtime, 'error')).toMatchObject({ code: 'unauthorized', message: 'Invalid token' });
      expect(realtime.isConnected()).toBe(true);
    });
  },
);

it('knows who is there before it is asked for any room, where it is known to be the PHP gateway', async () => {
  const gateway = await startPhpGateway({ tokens: { fresh: '7' } });
  const realtime = open(gateway.url, { protocol: 'toporia-php', auth: 'fresh' });
  await realtime.join('news');
  expect(gateway.log.names).toEqual(['(connection)', 'auth', 'toporia:hello', 'join']);
});
