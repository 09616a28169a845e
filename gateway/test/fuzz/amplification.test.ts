import { describe, expect, it } from 'vitest';
import { plain, startGateway } from '../core/support';

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `room.${number}`);

// A packet of a megabyte holds 300,000 short names, each of which is answered.
describe('a list of rooms', () => {
  it('names only so many of them', async () => {
    const gateway = await startGateway({ limits: { joins_per_second: 0 } });
    const a = await plain(gateway);
    for (const length of [1_001, 300_000]) {
      expect(await a.ask('join', { rooms: Array.from({ length }, () => '') })).toEqual({
        error: { code: 'limit', message: `A list may name at most 1000 rooms; this one names ${length}.` },
      });
    }
    expect(await a.ask('join', { rooms: numbered(1_001) })).toMatchObject({ error: { code: 'limit' } });
    expect(await gateway.channels()).toEqual([]);
    expect(await a.ask('join', { rooms: numbered(1_000) })).toEqual({
      results: numbered(1_000).map((room) => ({ room })),
    });
  });

  it('may name as many as a connection may be in', async () => {
    const gateway = await startGateway({ limits: { rooms_per_connection: 2_000, joins_per_second: 0 } });
    const a = await plain(gateway);
    expect(await a.ask('join', { rooms: numbered(2_000) })).toEqual({
      results: numbered(2_000).map((room) => ({ room })),
    });
    expect(await a.ask('join', { rooms: numbered(2_001) })).toMatchObject({ error: { code: 'limit' } });
  });

  it('tells the roster of a room once', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const twice = { error: { code: 'invalid_payload', message: 'The list names this room already.' } };
    expect(
      await a.ask('join', {
        rooms: ['presence-1', { room: 'presence-1' }, { channel: 'presence-1' }, 'news'],
      }),
    ).toEqual({
      results: [
        { room: 'presence-1', members: [expect.objectContaining({ user_id: a.id })] },
        { ...twice, room: 'presence-1' },
        { ...twice, room: 'presence-1' },
        { room: 'news' },
      ],
    });
    // By itself it is harmless, and answers as the first time.
    expect(await a.ask('join', { rooms: ['presence-1'] })).toMatchObject({ results: [{ members: [{}] }] });
  });

  it('is not made longer by a batch of lists', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const lists = [
      ['join', { rooms: numbered(600) }],
      ['join', { rooms: numbered(401) }],
    ];
    expect(await a.ask('batch', lists)).toEqual({
      error: { code: 'limit', message: 'The lists of a batch may name at most 1000 rooms in all.' },
    });
    expect(gateway.stats().refusals.by_limit).toEqual({ rooms_per_connection: 1 });
    expect(await gateway.channels()).toEqual([]);
    expect(
      await a.ask('batch', [
        ['join', { rooms: ['a', 'b'] }],
        ['message', { rooms: 4 }],
      ]),
    ).toMatchObject({ results: [{ results: [{ room: 'a' }, { room: 'b' }] }, { status: 'ok' }] });
  });
});

describe("a room's history", () => {
  it('is told only so much of, however often it is asked for', async () => {
    const limits = { history_burst: 50_000, history_bytes_per_second: 1 };
    const gateway = await startGateway({ limits });
    for (let n = 0; n < 100; n++) gateway.broadcast('r', 'message', `${n}`.padEnd(1_000));
    const a = await plain(gateway);
    const asked = Array.from({ length: 400 }, () => ['join', { room: 'r', rewind: 100 }]);
    const answer = (await a.ask('batch', asked)) as { results: { messages: unknown[] }[] };
    const told = answer.results.map(({ messages }) => messages.length);
    expect(told[0]).toBeGreaterThan(20);
    expect(told.slice(1).every((length) => length === 0)).toBe(true);
    expect(JSON.stringify(answer).length).toBeLessThan(100_000);
  });
});
