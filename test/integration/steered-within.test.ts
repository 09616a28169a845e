import { describe, expect, it } from 'vitest';
import type { RealtimeError } from '../../src';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';

describe.each(TRANSPORTS)('a client that is steered from within its own events, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  it('ends when "connected" disconnects it, and what waits is told', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const log = logOf(realtime, 'connected', 'disconnected', 'reconnecting');
    realtime.on('connected', () => realtime.disconnect());
    const joining = realtime.join('news').catch((error: unknown) => error);
    const asking = realtime.request('note').catch((error: unknown) => error);
    expect(await joining).toMatchObject({ code: 'closed' });
    expect(await asking).toMatchObject({ code: 'closed' });
    expect(log.names).toEqual(['connected', 'disconnected']);
    expect(realtime.state).toBe('closed');
  });

  it('connects anew when "connected" asks for it, with what waited', async () => {
    const gateway = await startGateway();
    const notes: unknown[] = [];
    gateway.of('/').on('note', (data) => {
      notes.push(data);
    });
    const realtime = open(gateway.url, over);
    realtime.once('connected', () => realtime.reconnect());
    realtime.emit('note', 1);
    await realtime.join('news');
    await realtime.request('note', 2);
    expect(notes).toEqual([1, 2]);
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it('keeps a room that "connected" leaves and joins again', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    await realtime.join('news');
    realtime.on('connected', async () => {
      const leaving = realtime.leave('news');
      await realtime.join('news');
      await leaving;
    });
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    await realtime.request('marker');
    expect(realtime.getRooms()).toEqual(['news']);
    expect(await gateway.gateway.channels()).toHaveLength(1);
  });

  it('goes on when every lifecycle handler throws, and tells of each', async () => {
    const gateway = await startGateway();
    const realtime = open(gateway.url, over);
    const errors = logOf(realtime, 'error');
    const events = ['connected', 'disconnected', 'reconnecting', 'reconnected', 'state'] as const;
    for (const event of events) {
      realtime.on(event, () => {
        throw new Error(event);
      });
    }
    await realtime.join('news');
    const back = next(realtime, 'reconnected');
    cut(gateway, realtime);
    await back;
    expect(await realtime.request('marker')).toEqual({ status: 'ok' });
    expect(realtime.getRooms()).toEqual(['news']);
    const causes = errors.values('error').map((error) => (error as RealtimeError).cause as Error);
    expect(new Set(causes.map(({ message }) => message))).toEqual(new Set(events));
  });
});
