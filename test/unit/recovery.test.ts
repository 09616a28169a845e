import { describe, expect, it } from 'vitest';
import { IncomingReader } from '../../src/client/incoming';
import { Recovery } from '../../src/client/recovery';
import type { JoinReply, LoggedMessage } from '../../src/protocol';

const at = (offset: number, epoch = 'e') => ({ epoch, offset });

/** A message of the room, as it comes by itself. */
function live(
  offset: number,
  { epoch = 'e', id = `${epoch}-${offset}` }: { epoch?: string; id?: string } = {},
): [string, unknown[]] {
  return ['note', [offset, { channel: 'news', id, position: at(offset, epoch) }]];
}

/** The gateway tells that what came before is lost. */
function gap(offset: number, epoch = 'e'): [string, unknown[]] {
  const told = { channel: 'news', position: at(offset, epoch) };
  return ['toporia:gap', [told, told]];
}

/** The same out of the log. */
function logged(offset: number, epoch = 'e'): LoggedMessage {
  const [event, [data, meta]] = live(offset, { epoch });
  return [event, data, meta as object];
}

function room(position?: unknown) {
  const log: unknown[] = [];
  const recovery = new Recovery(
    'news',
    {
      _reader: new IncomingReader(),
      _hear: (_event, [data], isRepeat) => log.push(isRepeat ? [data, 'elsewhere'] : data),
      _missed: (_channel, gap) => log.push(gap),
    },
    position,
  );
  return {
    recovery,
    log,
    join: (reply: Partial<JoinReply>, isRejoin = true) => {
      const isThere = recovery._answered(reply, isRejoin);
      log.push('joined');
      if (isThere) recovery._release(reply.position);
      return isThere;
    },
    take: (...messages: [string, unknown[]][]) => {
      for (const [event, args] of messages) recovery._take(event, args);
    },
  };
}

/** A room that has heard up to offset 2, and whose connection was lost. */
function lost() {
  const here = room();
  here.recovery._ask(false, undefined);
  here.join({ position: at(0) }, false);
  here.take(live(1), live(2));
  here.recovery._lost();
  here.log.length = 0;
  return here;
}

describe('recovery', () => {
  it('asks for nothing at first, and later for what came since the last that was heard', () => {
    const { recovery, join, take } = room();
    expect(recovery._ask(false, undefined)).toEqual({});
    join({ position: at(4) }, false);
    expect(recovery._ask(true, undefined)).toEqual({ since: at(4) });
    recovery._lost();
    take(live(5));
    expect(recovery._ask(true, undefined)).toEqual({ since: at(5) });
  });

  it('hears what was missed in order, then that the room is joined, then what came meanwhile', () => {
    const { recovery, join, take, log } = lost();
    recovery._ask(true, undefined);
    take(live(5), live(6));
    expect(log).toEqual([]);
    expect(join({ recovered: true, position: at(5), messages: [logged(3), logged(4), logged(5)] })).toBe(
      true,
    );
    expect(log).toEqual([3, 4, 5, 'joined', 6]);
    expect(recovery._ask(true, undefined)).toEqual({ since: at(6) });
  });

  it('hears what is not in the log, such as presence, at once', () => {
    const { recovery, take, log } = lost();
    recovery._ask(true, undefined);
    take(['user.joined', ['sam', { channel: 'news' }]]);
    expect(log).toEqual(['sam']);
  });

  it('drops what is at or before the last position, and what is known by its id', () => {
    const { join, take, log } = lost();
    take(live(2, { id: 'x' }), live(1, { id: 'y' }), live(3), live(4, { id: 'e-3' }), live(5));
    expect(log).toEqual([3, 5]);
    join({ recovered: true, position: at(6), messages: [logged(4), logged(6)] });
    expect(log).toEqual([3, 5, 6, 'joined']);
  });

  it('counts what was sent by itself as heard: the answer says how far the log is', () => {
    const { recovery, join } = lost();
    recovery._ask(true, undefined);
    join({ recovered: true, position: at(7), messages: [logged(3)] });
    expect(recovery._ask(true, undefined)).toEqual({ since: at(7) });
  });

  const gaps: [string, Partial<JoinReply>, object][] = [
    ['the log does not reach back', { recovered: false, position: at(9) }, { reason: 'expired', missed: 7 }],
    ['it is another log', { recovered: false, position: at(9, 'f') }, { reason: 'log_lost' }],
    ['it says of another log only where that is', { position: at(0, 'f') }, { reason: 'log_lost' }],
    ['the log went back', { recovered: true, position: at(1), messages: [] }, { reason: 'log_lost' }],
    ['there is no log', {}, { reason: 'unsupported' }],
    ['it says nothing of success', { position: at(3) }, { reason: 'expired', missed: 1 }],
    [
      'a message is none',
      { recovered: true, position: at(4), messages: [logged(3), [4] as never] },
      { reason: 'expired', missed: 2 },
    ],
    [
      'a message is of another room',
      { recovered: true, position: at(3), messages: [['note', 3, { channel: 'other' }]] },
      { reason: 'expired', missed: 1 },
    ],
    ['the messages are no list', { recovered: true, position: at(3), messages: 3 as never }, { missed: 1 }],
    ['the position is none', { recovered: true, position: { epoch: 'e' } as never, messages: [] }, {}],
  ];

  it.each(gaps)('tells a gap when %s, hears nothing in part, and goes on', (_why, reply, gap) => {
    const { recovery, join, take, log } = lost();
    recovery._ask(true, undefined);
    take(live(11), live(12));
    join(reply);
    expect(log).toEqual([expect.objectContaining(gap), 'joined', 11, 12]);
    take(live(13));
    expect(log.at(-1)).toBe(13);
  });

  it('tells no gap when nothing was missed', () => {
    for (const reply of [
      { position: at(2) },
      { recovered: true, position: at(2), messages: [] },
      { recovered: true, position: at(2) },
    ]) {
      const { recovery, join, log } = lost();
      recovery._ask(true, undefined);
      join(reply);
      expect(log).toEqual(['joined']);
    }
  });

  it('tells a gap when a log is replaced while it listens', () => {
    const { join, take, log } = room();
    join({ position: at(5) }, false);
    take(live(6), live(1, { epoch: 'f' }), live(2, { epoch: 'f' }));
    expect(log).toEqual(['joined', 6, { reason: 'log_lost' }, 1, 2]);
  });

  it('hears of a gap from the gateway, and goes on from where that says', () => {
    const { take, log } = lost();
    take(gap(7), live(7), live(8));
    expect(log).toEqual([{ reason: 'expired', missed: 5 }, 8]);
    log.length = 0;
    take(gap(3, 'f'), live(3, { epoch: 'f' }), live(4, { epoch: 'f' }));
    expect(log).toEqual([{ reason: 'log_lost' }, 4]);
  });

  it('takes no gap for one that ends with what was heard already', () => {
    const { take, log } = lost();
    take(gap(2), live(3));
    expect(log).toEqual([3]);
  });

  it('rewinds once: a rejoin asks for what came since', () => {
    const { recovery, join, take, log } = room();
    expect(recovery._ask(false, 3)).toEqual({ rewind: 3 });
    take(live(9));
    join({ position: at(8), messages: [logged(6), logged(7), logged(8)] }, false);
    expect(log).toEqual([6, 7, 8, 'joined', 9]);
    recovery._lost();
    expect(recovery._ask(true, 3)).toEqual({ since: at(9) });
  });

  it('does not rewind at a rejoin, not even where there is no log', () => {
    const { recovery, join } = room();
    recovery._ask(false, 3);
    join({}, false);
    expect(recovery._ask(true, 3)).toEqual({});
  });

  it('rewinds anew after the room was left, though it has heard all that', () => {
    const { recovery, join, log } = room();
    for (let time = 0; time < 2; time++) {
      recovery._ask(false, 1);
      join({ position: at(1), messages: [logged(1)] }, false);
    }
    expect(log).toEqual([1, 'joined', 1, 'joined']);
  });

  it('forgets what waits when the connection is lost, since the next answer has it', () => {
    const { recovery, join, take, log } = lost();
    recovery._ask(true, undefined);
    take(live(3));
    recovery._lost();
    expect(recovery._ask(true, undefined)).toEqual({ since: at(2) });
    join({ recovered: true, position: at(3), messages: [logged(3)] });
    expect(log).toEqual([3, 'joined']);
  });

  it('stops when a handler ends the connection or leaves, and asks for the rest next time', () => {
    const heard: unknown[] = [];
    const recovery: Recovery = new Recovery(
      'news',
      {
        _reader: new IncomingReader(),
        _hear: (_event, [data]) => {
          heard.push(data);
          if (data === 4) recovery._lost();
        },
        _missed: () => {},
      },
      at(2),
    );
    recovery._ask(true, undefined);
    const messages = [logged(3), logged(4), logged(5)];
    expect(recovery._answered({ recovered: true, position: at(5), messages }, true)).toBe(false);
    expect(heard).toEqual([3, 4]);
    expect(recovery._ask(true, undefined)).toEqual({ since: at(4) });
  });

  it.each([
    null,
    7,
    'e:1',
    {},
    { epoch: 'e' },
    { epoch: 'e', offset: -1 },
    { epoch: 'e', offset: 1.5 },
    { epoch: 'e', offset: '3' },
    { epoch: '', offset: 3 },
    { epoch: 'e'.repeat(65), offset: 3 },
    { epoch: { toString: 1 }, offset: 3 },
    { epoch: 'e', offset: 1e300 },
  ])('does not take %j for a position', (position) => {
    const { recovery, take, log } = lost();
    take(['note', [3, { channel: 'news', id: 'a', position }]]);
    expect(log).toEqual([3]);
    expect(recovery._ask(true, undefined)).toEqual({ since: at(2) });
    expect(new Recovery('news', {} as never, position)._ask(true, undefined)).toEqual({});
  });
});
