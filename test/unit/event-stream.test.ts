import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/client/emitter';
import { eventStream, type StreamEnds } from '../../src/client/event-stream';

function setUp(signal?: AbortSignal) {
  const emitter = new Emitter(() => {});
  const ends: StreamEnds = new Set();
  return { emitter, ends, stream: eventStream<[number]>(emitter, 'news', ends, signal) };
}

const DONE = { value: undefined, done: true };

describe('event stream', () => {
  it('keeps what comes between two turns of the loop, in order', async () => {
    const { emitter, stream } = setUp();
    for (const number of [1, 2, 3]) emitter._emit('news', number);
    const seen: number[] = [];
    for await (const [number] of stream) {
      seen.push(number);
      if (number === 1) emitter._emit('news', 4);
      if (number === 4) break;
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('gives what a turn has been waiting for', async () => {
    const { emitter, stream } = setUp();
    const next = stream.next();
    emitter._emit('news', 1);
    expect(await next).toEqual({ value: [1], done: false });
  });

  it('stops listening when the loop is left', async () => {
    const { emitter, ends, stream } = setUp();
    emitter._emit('news', 1);
    for await (const [number] of stream) if (number === 1) break;
    expect(emitter._emit('news', 2)).toBe(false);
    expect(ends.size).toBe(0);
    expect(await stream.next()).toEqual(DONE);
  });

  it('ends with its client, after what has come already', async () => {
    const { emitter, ends, stream } = setUp();
    emitter._emit('news', 1);
    for (const end of ends) end();
    expect(emitter._emit('news', 2)).toBe(false);
    expect(await stream.next()).toEqual({ value: [1], done: false });
    expect(await stream.next()).toEqual(DONE);
    expect(await stream.next()).toEqual(DONE);
  });

  it('ends a turn that waits, with its client and with its signal', async () => {
    const controller = new AbortController();
    const [left, aborted] = [setUp(), setUp(controller.signal)];
    const turns = [left.stream.next(), aborted.stream.next()];
    for (const end of left.ends) end();
    controller.abort();
    expect(await Promise.all(turns)).toEqual([DONE, DONE]);
    expect([left.ends.size, aborted.ends.size]).toEqual([0, 0]);
    expect(aborted.emitter._emit('news', 1)).toBe(false);
  });

  it('is over before it begins with a signal that has fired', async () => {
    const { emitter, ends, stream } = setUp(AbortSignal.abort());
    expect(emitter._emit('news', 1)).toBe(false);
    expect(ends.size).toBe(0);
    expect(await stream.next()).toEqual(DONE);
  });

  it('is one of several that each get every event', async () => {
    const { emitter, ends, stream } = setUp();
    const other = eventStream<[number]>(emitter, 'news', ends, undefined);
    emitter._emit('news', 1);
    expect((await stream.next()).value).toEqual([1]);
    expect((await other.next()).value).toEqual([1]);
  });
});
