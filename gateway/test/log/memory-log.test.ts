import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../src/protocol';
import { MemoryRoomLog } from '../../src/log/memory-log';
import { BOUNDS, entry, numbersOf } from './support';

function create(bounds: Partial<typeof BOUNDS> = {}) {
  const time = { now: 0 };
  return { time, log: new MemoryRoomLog({ ...BOUNDS, ...bounds }, () => time.now) };
}

describe('a room log in memory', () => {
  it('gives what came since a position, and where it is', () => {
    const { log } = create();
    log.hold('r');
    const start = log.position('r');
    expect(start).toEqual({ epoch: expect.any(String), offset: 0 });
    const places = [1, 2, 3].map((n) => log.append('r', entry(n)));
    expect(places.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(numbersOf(log.since('r', start))).toEqual([1, 2, 3]);
    expect(numbersOf(log.since('r', places[1] as Position))).toEqual([3]);
    expect(log.since('r', places[2] as Position)).toEqual({ position: places[2], messages: [] });
    expect(numbersOf(log.last('r', 2))).toEqual([2, 3]);
    expect(numbersOf(log.last('r', 9))).toEqual([1, 2, 3]);
    expect(log.position('r')).toEqual(places[2]);
  });

  it.each([
    ['of another epoch', (at: Position) => ({ ...at, epoch: 'another' })],
    ['that has not come yet', (at: Position) => ({ ...at, offset: at.offset + 1 })],
    ['of another room', (_at: Position, log: MemoryRoomLog) => log.position('other')],
  ])('gives nothing since a position %s', (_what, change) => {
    const { log } = create();
    const at = log.append('r', entry(1));
    expect(log.since('r', change(at, log))).toEqual({ position: at, messages: undefined });
  });

  it.each([
    ['its number of messages', { messages: 5 }],
    ['its bytes', { bytes: 5 * (entry(0).payload.bytes + 390) }],
    ['the bytes of all rooms', { totalBytes: 5 * (entry(0).payload.bytes + 390) }],
  ])('tells that some are gone past %s', (_what, bounds) => {
    const { log } = create(bounds);
    log.hold('r');
    const places = Array.from({ length: 12 }, (_, n) => log.append('r', entry(n)));
    const last = places.at(-1) as Position;
    expect(log.since('r', places[0] as Position)).toEqual({ position: last, messages: undefined });
    expect(numbersOf(log.since('r', places[10] as Position)) ?? [11]).toEqual([11]);
    expect(numbersOf(log.since('r', last))).toEqual([]);
    expect(log.sizes().messages).toBeLessThanOrEqual(5);
  });

  it('lets the room go first that was longest not written to', () => {
    const { log } = create({ rooms: 2 });
    for (const room of ['a', 'b', 'c']) log.hold(room);
    const starts = ['a', 'b', 'c'].map((room) => log.position(room));
    for (const [n, room] of ['a', 'b', 'a', 'c'].entries()) log.append(room, entry(n));
    const told = ['a', 'b', 'c'].map((room, n) => numbersOf(log.since(room, starts[n] as Position)));
    expect(told).toEqual([[0, 2], undefined, [3]]);
    expect(log.sizes().rooms).toBe(2);
  });

  it('lets go of what is too old, and stays where it is while somebody is in the room', () => {
    const { log, time } = create({ age: 100 });
    log.hold('r');
    const start = log.position('r');
    log.append('r', entry(1));
    time.now = 60;
    const last = log.append('r', entry(2));
    time.now = 99;
    expect(numbersOf(log.since('r', start))).toEqual([1, 2]);
    time.now = 100;
    expect(numbersOf(log.since('r', start))).toBeUndefined();
    expect(numbersOf(log.last('r', 5))).toEqual([2]);
    time.now = 10_000;
    log.sweep();
    expect(log.sizes()).toEqual({ rooms: 0, messages: 0, bytes: 0 });
    expect(log.since('r', last)).toEqual({ position: last, messages: [] });
  });

  it('knows a room for its age after the last has left, and then nothing of it', () => {
    const { log, time } = create({ age: 100 });
    log.hold('r');
    const at = log.append('r', entry(1));
    time.now = 1_000;
    log.release('r');
    time.now = 1_099;
    log.sweep();
    expect(log.since('r', at)).toEqual({ position: at, messages: [] });
    time.now = 1_100;
    log.sweep();
    const { position, messages } = log.since('r', at);
    expect(messages).toBeUndefined();
    expect(position.epoch).not.toBe(at.epoch);
    expect(position.offset).toBe(0);
  });

  it('keeps nothing of rooms that are joined and left by ever new names', () => {
    const { log, time } = create({ rooms: 50, age: 100 });
    const kept = log.append('kept', entry(1));
    log.hold('kept');
    const before = heapUsed();
    for (let n = 0; n < 200_000; n++) {
      log.hold(`room-${n}`);
      log.position(`room-${n}`);
      log.release(`room-${n}`);
    }
    expect(heapUsed() - before).toBeLessThan(5_000_000);
    expect(numbersOf(log.since('kept', { ...kept, offset: 0 }))).toEqual([1]);
    time.now = 1_000;
    log.sweep();
    expect(log.sizes().messages).toBe(0);
  });

  it('counts what it takes, so nearly that its bound holds for the memory', () => {
    const fill = (size: number, count: number) => {
      const { log } = create({ messages: 1_000_000, bytes: 1e9, totalBytes: 1e9 });
      for (let n = 0; n < count; n++) log.append(`room-${n % 10}`, entry(n, [`${n}${'x'.repeat(size)}`]));
      return log;
    };
    // None may go while another is weighed.
    const logs = [fill(0, 5_000)];
    for (const [size, count] of [
      [0, 60_000],
      [100, 40_000],
      [5_000, 5_000],
    ] as const) {
      const before = heapUsed();
      const log = fill(size, count);
      logs.push(log);
      const ratio = (heapUsed() - before) / log.sizes().bytes;
      expect(ratio).toBeGreaterThan(0.75);
      expect(ratio).toBeLessThan(1.2);
    }
    expect(logs).toHaveLength(4);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

type Operation =
  | { do: 'append' | 'hold' | 'release' | 'note'; room: string; size: number }
  | { do: 'wait'; ms: number }
  | { do: 'sweep' }
  | { do: 'since'; room: string; noted: number }
  | { do: 'last'; room: string; count: number };

const room = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      room,
      size: fc.constantFrom(1, 1, 1, 300, 3_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'release' as const),
      room,
      size: fc.constant(0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('note' as const), room, size: fc.constant(0) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('since' as const), room, noted: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('last' as const), room, count: fc.nat(6) }) },
);

interface Noted {
  readonly room: string;
  readonly position: Position;
  /** How many messages the room had had. */
  readonly count: number;
}

const bounds = fc.record({
  age: fc.constantFrom(100, 1_000_000),
  messages: fc.constantFrom(1, 3, 1_000),
  bytes: fc.constantFrom(500, 4_000, 1_000_000),
  rooms: fc.constantFrom(1, 2, 1_000),
  totalBytes: fc.constantFrom(500, 9_000, 1_000_000),
});

describe('whatever is written, forgotten and asked for', () => {
  it('a recovery is all that came since, in order, or it is none', () => {
    let recovered = 0;
    let refused = 0;
    fc.assert(
      fc.property(bounds, fc.array(operation, { maxLength: 120, size: 'max' }), (given, operations) => {
        const { log, time } = create(given);
        const history = new Map<string, number[]>();
        const held = new Map<string, number>();
        const noted: Noted[] = [];
        const of = (name: string) => history.get(name) ?? [];
        const isRoomy = given.messages === 1_000 && given.bytes === 1_000_000 && given.age === 1_000_000;
        const isVast = isRoomy && given.rooms === 1_000 && given.totalBytes === 1_000_000;
        let count = 0;
        for (const each of operations) {
          switch (each.do) {
            case 'append': {
              count += 1;
              history.set(each.room, [...of(each.room), count]);
              const args = [count, 'x'.repeat(each.size)];
              const position = log.append(each.room, entry(count, args));
              noted.push({ room: each.room, position, count: of(each.room).length });
              break;
            }
            case 'hold':
              log.hold(each.room);
              held.set(each.room, (held.get(each.room) ?? 0) + 1);
              break;
            case 'release':
              if (!held.get(each.room)) break;
              log.release(each.room);
              held.set(each.room, (held.get(each.room) ?? 0) - 1);
              break;
            case 'note':
              noted.push({ room: each.room, position: log.position(each.room), count: of(each.room).length });
              break;
            case 'wait':
              time.now += each.ms;
              break;
            case 'sweep':
              log.sweep();
              break;
            case 'since': {
              const known = noted[each.noted % Math.max(1, noted.length)];
              if (!known) break;
              // The position may be asked of the wrong room, which must give nothing.
              const page = log.since(each.room, known.position);
              const told = numbersOf(page);
              if (told) expect(known.room).toBe(each.room);
              if (told) expect(told).toEqual(of(each.room).slice(known.count));
              else if (isVast) expect(known.room).not.toBe(each.room);
              expect(page.position).toEqual(log.position(each.room));
              if (told) recovered += 1;
              else refused += 1;
              break;
            }
            case 'last': {
              const told = numbersOf(log.last(each.room, each.count)) ?? [];
              expect(told).toEqual(of(each.room).slice(of(each.room).length - told.length));
              expect(told.length).toBeLessThanOrEqual(each.count);
              if (isVast) expect(told.length).toBe(Math.min(each.count, of(each.room).length));
              break;
            }
          }
          const { bytes, messages, rooms } = log.sizes();
          expect(bytes).toBeLessThanOrEqual(given.totalBytes);
          expect(rooms).toBeLessThanOrEqual(given.rooms);
          expect(rooms === 0 ? [messages, bytes] : [0, 0]).toEqual([0, 0]);
        }
      }),
      { numRuns: 600 },
    );
    // Neither may be a thing of chance.
    expect(recovered).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(200);
  });
});
