import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import {
  open,
  SECRET,
  SOON,
  startGateway,
  TRANSPORTS,
  tokenFor,
  wirePackets,
} from '../support/realtime-pair';
import { whileGone } from '../support/while-gone';

describe.each(TRANSPORTS)('what was missed, asked for at once, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('comes to a user without any room, and is told as missed on the client', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET, limits: { room_log_messages: 2 } });
    const realtime = open(gateway.url, { ...over, auth: await tokenFor('7') });
    await realtime.request('marker');
    const log = logOf(realtime, 'note', 'gap', 'reconnected');
    gateway.sendToUser('7', 'note', 1);
    await log.until('note');
    await whileGone(gateway, realtime, () => gateway.sendToUser('7', 'note', 2));
    await whileGone(gateway, realtime, () => {
      for (const number of [3, 4, 5]) gateway.sendToUser('7', 'note', number);
    });
    gateway.sendToUser('7', 'note', 6);
    await log.until('note', 3);
    expect(log.entries.map(([name, data]) => (name === 'reconnected' ? [name] : [name, data]))).toEqual([
      ['note', 1],
      ['note', 2],
      ['reconnected'],
      ['gap', { channel: 'user.7', reason: 'expired', missed: 3 }],
      ['reconnected'],
      ['note', 6],
    ]);
    expect(realtime.getRooms()).toEqual([]);
  });

  it('is asked for in one request for all rooms, and in as many as the gateway takes for more', async () => {
    const gateway = await startGateway({ limits: { rooms_per_connection: 5_000, joins_burst: 5_000 } });
    const packets = wirePackets(gateway.gateway.io);
    const realtime = open(gateway.url, over);
    await realtime.request('marker');
    const names = Array.from({ length: 2_300 }, (_, index) => `room.${index}`);
    const lists = () =>
      packets.flatMap(([event, data]) =>
        event === 'join' ? [(data as { rooms?: unknown[] }).rooms?.length] : [],
      );
    await Promise.all(names.slice(0, 5).map((name) => realtime.join(name)));
    await realtime.join('room.5');
    expect(lists()).toEqual([5, undefined]);
    await Promise.all(names.slice(6).map((name) => realtime.join(name)));
    packets.length = 0;
    const log = logOf(realtime, 'note', 'gap', 'error');
    await whileGone(gateway, realtime, () => {
      for (const number of [0, 999, 1_000, 2_299]) gateway.broadcast(`room.${number}`, 'note', number);
    });
    expect(packets.map(([event]) => event)).toEqual(['toporia:hello', 'join', 'join', 'join']);
    expect(lists()).toEqual([1_000, 1_000, 300]);
    expect(log.entries.map(([name, data]) => [name, data])).toEqual(
      [0, 999, 1_000, 2_299].map((number) => ['note', number]),
    );
  });
});
