import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { cut, next, open, openPlain, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('one room more than a connection may be in, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('is refused with a clear error, and others are undisturbed', async () => {
    const gateway = await startGateway({ limits: { rooms_per_connection: 3 } });
    const realtime = open(gateway.url, over);
    const bystander = open(gateway.url, over);
    const lost = logOf(bystander, 'disconnected', 'error');
    await bystander.join('room.1');
    for (const number of [1, 2, 3]) await realtime.join(`room.${number}`);
    await expect(realtime.join('room.4')).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining('3 rooms'),
    });
    expect(realtime.getRooms()).toEqual(['room.1', 'room.2', 'room.3']);
    await realtime.join('room.2');
    await realtime.leave('room.3');
    await realtime.join('room.4');
    expect(realtime.getRooms()).toEqual(['room.1', 'room.2', 'room.4']);

    const heard = next(bystander, 'note');
    await realtime.channel('room.1').request('note', 1);
    expect(await heard).toBe(1);
    expect(lost.entries).toEqual([]);
  });

  it('can be joined after all when another has been left', async () => {
    const gateway = await startGateway({ limits: { rooms_per_connection: 1 } });
    const realtime = open(gateway.url, over);
    await realtime.join('a');
    const channel = realtime.channel('b');
    await expect(channel.ready).rejects.toMatchObject({ code: 'limit' });
    await realtime.leave('a');
    expect(await realtime.join('b')).toBe(channel);
    expect(await channel.ready).toBe(channel);
    expect(realtime.getRooms()).toEqual(['b']);
  });

  it('is refused for 1,001 joins at once by the SDK, and the first thousand survive a reconnect', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const joins = await Promise.allSettled(
      Array.from({ length: 1_001 }, (_, number) => realtime.join(`room.${number}`)),
    );
    expect(joins.slice(0, 1_000).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(joins[1_000]).toMatchObject({ status: 'rejected', reason: { code: 'limit' } });
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(realtime.getRooms()).toHaveLength(1_000);
    expect(await gateway.gateway.channels()).toHaveLength(1_000);
  });

  it('is refused 9,000 times for a plain client that joins 10,000', async () => {
    const gateway = await startGateway({ limits: { joins_per_second: 0 } });
    const bystander = open(gateway.url, over);
    await bystander.join('room.0');
    const lost = logOf(bystander, 'disconnected', 'error');
    const plain = await openPlain(gateway.url, over);
    const replies: { error?: { code: string } }[] = await Promise.all(
      Array.from({ length: 10_000 }, (_, number) => plain.emitWithAck('join', `room.${number}`)),
    );
    expect(replies.slice(0, 1_000).filter(({ error }) => error)).toEqual([]);
    expect(new Set(replies.slice(1_000).map(({ error }) => error?.code))).toEqual(new Set(['limit']));
    const heard = next(bystander, 'note');
    expect(await plain.emitWithAck('note', { room: 'room.0' })).toEqual({ status: 'ok' });
    await heard;
    expect(lost.entries).toEqual([]);
    plain.disconnect();
    const { name } = await bystander.join('room.10000');
    expect(name).toBe('room.10000');
  });
});
