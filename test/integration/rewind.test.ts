import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { open, SOON, startGateway, TRANSPORTS } from '../support/realtime-pair';
import { whileGone } from '../support/while-gone';

describe.each(TRANSPORTS)('rewinding, over %s', (transport) => {
  const over = { transports: [transport], ...SOON };

  async function written(count: number) {
    const gateway = await startGateway();
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    for (const number of numbers) gateway.broadcast('news', 'note', number);
    return { gateway, realtime: open(gateway.url, over), numbers };
  }

  it('begins with the last messages, before join() resolves', async () => {
    const { gateway, realtime, numbers } = await written(30);
    const log = logOf(realtime, 'note', 'gap');
    const room = await realtime.join('news', { rewind: 20 });
    expect(log.values('note')).toEqual(numbers.slice(10));
    await realtime.join('news', { rewind: 20 });
    room.on('joined', () => log.note('joined'));
    await whileGone(gateway, realtime, () => gateway.broadcast('news', 'note', 31));
    expect(log.values('note')).toEqual([...numbers.slice(10), 31]);
    expect(log.names.slice(-2)).toEqual(['note', 'joined']);
  });

  it('is heard by handlers that were added in the turn of channel()', async () => {
    const { gateway, realtime } = await written(3);
    await realtime.ready();
    const room = realtime.channel('news', { rewind: 2 });
    const log = logOf(room, 'note', 'joined');
    gateway.broadcast('news', 'note', 4);
    await log.until('joined');
    expect(log.names.slice(0, 2)).toEqual(['note', 'note']);
    expect(log.names.filter((name) => name === 'joined')).toHaveLength(1);
    gateway.broadcast('news', 'note', 5);
    await log.until('note', log.values('note').length + 1);
    expect(log.values('note').slice(-3)).toEqual([3, 4, 5]);
  });

  it('gives what there is, and nothing where nothing is', async () => {
    const { realtime } = await written(2);
    const log = logOf(realtime, 'note', 'gap');
    await realtime.join('empty', { rewind: 5 });
    await realtime.join('news', { rewind: 5 });
    expect(log.values('note')).toEqual([1, 2]);
    await realtime.leave('news');
    await realtime.join('news', { rewind: 1 });
    expect(log.values('note')).toEqual([1, 2, 2]);
    expect(log.values('gap')).toEqual([]);
  });

  it('by a number that is none is refused, and says what would do', async () => {
    const { realtime } = await written(1);
    for (const rewind of [-1, 1.5, '5' as never]) {
      await expect(realtime.join('news', { rewind })).rejects.toMatchObject({
        message: expect.stringContaining('rewind'),
      });
    }
    expect(realtime.getRooms()).toEqual([]);
  });
});
