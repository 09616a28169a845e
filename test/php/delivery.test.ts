import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { startPhpGateway } from '../support/php-gateway/php-gateway';
import { next, open, SOON } from '../support/realtime-pair';

describe.each(['auto', 'toporia-php'] as const)(
  'delivery with the PHP gateway, with protocol %s',
  (protocol) => {
    it('at least once is refused, whether the gateway is known already or not', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { ...SOON, protocol });
      const send = () => realtime.request('note', 1, { delivery: 'at-least-once', timeout: Infinity });
      await expect(send()).rejects.toMatchObject({ code: 'unsupported', maybeSent: false });
      await expect(send()).rejects.toMatchObject({ code: 'unsupported', retryable: false });
      expect(await realtime.request('marker')).toEqual({ status: 'ok' });
      expect(gateway.log.values('note')).toEqual([]);
    });

    it('has a gap in each room after each reconnect, since there is nothing to recover from', async () => {
      const gateway = await startPhpGateway();
      const realtime = open(gateway.url, { ...SOON, protocol });
      const rooms = await Promise.all([realtime.join('a'), realtime.join('b')]);
      const log = logOf(realtime, 'gap', 'reconnected');
      const gaps = rooms.map((room) => next(room, 'gap'));
      gateway.dropConnections();
      expect(await Promise.all(gaps)).toEqual([{ reason: 'unsupported' }, { reason: 'unsupported' }]);
      await log.until('reconnected');
      expect(log.values('gap')).toEqual([
        { channel: 'a', reason: 'unsupported' },
        { channel: 'b', reason: 'unsupported' },
      ]);
    });
  },
);
