import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../src';
import { startAuthEndpoint } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { ManualClock } from '../support/manual-clock';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { open } from '../support/realtime-pair';

const SHORT = { pingInterval: 100, pingTimeout: 200 };

describe.each(['auto', 'toporia-php'] as const)(
  'the end of each connection to the PHP gateway, which never pings, with protocol %s',
  (protocol) => {
    it('is survived with all rooms, at once and without a word of failure', async () => {
      const { url } = await startAuthEndpoint();
      const gateway = await startPhpGateway(SHORT);
      // A delay before the first try would outlast the test.
      const realtime = open(gateway.url, {
        protocol,
        authEndpoint: url,
        reconnectionDelay: 1e8,
        reconnectionDelayMax: 1e8,
      });
      const rooms = ['chat.room.1', 'private.orders.7', 'presence-room'];
      await Promise.all(rooms.map((room) => realtime.join(room)));
      const log = logOf(
        realtime,
        'state',
        'disconnected',
        'reconnected',
        'connect_error',
        'error',
        'news.sent',
      );
      for (let time = 1; time <= 3; time++) {
        await log.until('reconnected', time);
        for (const room of rooms) gateway.broadcast(room, 'news.sent', { time });
        await log.until('news.sent', time * rooms.length);
      }
      expect(realtime.getRooms()).toEqual(rooms);
      expect(log.names.slice(0, 7)).toEqual([
        'state',
        'disconnected',
        'state',
        'reconnected',
        ...rooms.map(() => 'news.sent'),
      ]);
      expect(log.values('disconnected')[0]).toEqual({ reason: 'ping timeout' });
      expect((log.values('state') as StateChange[]).slice(0, 2).map(({ state }) => state)).toEqual([
        'reconnecting',
        'connected',
      ]);
      expect(log.names).not.toContain('connect_error');
      expect(log.names).not.toContain('error');
    });

    it('loses nothing that was emitted meanwhile', async () => {
      const gateway = await startPhpGateway(SHORT);
      const realtime = open(gateway.url, { protocol });
      await realtime.join('a');
      const log = logOf(realtime, 'reconnected');
      realtime.on('disconnected', () => realtime.emit('note', 'while it was away'));
      await log.until('reconnected', 2);
      await realtime.request('marker');
      expect(gateway.log.values('note')).toEqual(['while it was away', 'while it was away']);
      const names = gateway.log.names.slice(gateway.log.names.lastIndexOf('(connection)'));
      expect(names).toEqual(['(connection)', 'toporia:hello', 'join', 'note', 'marker']);
    });

    it('comes a little early, while nothing waits for an answer', async () => {
      const clock = new ManualClock();
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { protocol, clock });
      await realtime.join('a');
      clock.advance(76_000);
      const reply = realtime.request('note');
      clock.advance(900);
      expect(await reply).toEqual({ status: 'ok' });
      expect(realtime.isConnected()).toBe(true);
      const log = logOf(realtime, 'disconnected', 'reconnected');
      clock.advance(500);
      await log.until('reconnected');
      expect(log.values('disconnected')).toEqual([{ reason: 'ping timeout' }]);
    });

    it('comes no more once it was disconnected', async () => {
      const gateway = await startPhpGateway(SHORT);
      const realtime = open(gateway.url, { protocol });
      const other = open(gateway.url, { protocol });
      const log = logOf(other, 'reconnected');
      await realtime.join('a');
      realtime.once('disconnected', () => realtime.disconnect());
      await log.until('reconnected', 2);
      expect(realtime.state).toBe('closed');
      expect(gateway.connections).toBe(1);
    });

    it('is the end where reconnecting is off', async () => {
      const gateway = await startPhpGateway(SHORT);
      const realtime = open(gateway.url, { protocol, reconnection: false });
      const log = logOf(realtime, 'state');
      await realtime.join('a');
      await log.until('state', 3);
      expect(realtime.state).toBe('failed');
    });
  },
);
