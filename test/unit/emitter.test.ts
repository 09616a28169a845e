import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/client/emitter';
import type { RealtimeError } from '../../src/client/errors';

describe('emitter', () => {
  let failures: [RealtimeError, string][];
  let emitter: Emitter;

  beforeEach(() => {
    failures = [];
    emitter = new Emitter((error, event) => failures.push([error, event]));
  });

  it('calls handlers in their order with all arguments, and tells whether there were any', () => {
    const calls: unknown[] = [];
    emitter._on('news', (...args: unknown[]) => calls.push(['first', ...args]));
    emitter._on('news', (...args: unknown[]) => calls.push(['second', ...args]));
    expect(emitter._emit('news', 1, 2)).toBe(true);
    expect(emitter._emit('olds', 1)).toBe(false);
    expect(calls).toEqual([
      ['first', 1, 2],
      ['second', 1, 2],
    ]);
  });

  it('does not add a function twice', () => {
    const handler = vi.fn();
    emitter._on('news', handler);
    emitter._on('news', handler);
    emitter._emit('news');
    expect(handler).toHaveBeenCalledTimes(1);
    emitter._off('news', handler);
    expect(emitter._emit('news')).toBe(false);
  });

  it('calls a once handler for one event only, also when it emits that event itself', () => {
    const handler = vi.fn(() => emitter._emit('news'));
    emitter._on('news', handler, true);
    emitter._emit('news');
    emitter._emit('news');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('keeps a lasting handler that is added as once too, either way round', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    emitter._on('news', first);
    emitter._on('news', first, true);
    emitter._on('news', second, true);
    emitter._on('news', second);
    emitter._emit('news');
    emitter._emit('news');
    expect(first).toHaveBeenCalledTimes(2);
    expect(second).toHaveBeenCalledTimes(2);
  });

  it('hands out its own end with each subscription', () => {
    const [gone, stays] = [vi.fn(), vi.fn()];
    const end = emitter._on('news', gone);
    emitter._on('news', stays);
    end();
    end();
    emitter._emit('news');
    expect(gone).not.toHaveBeenCalled();
    expect(stays).toHaveBeenCalledTimes(1);
  });

  it('removes all handlers of an event, and of no other', () => {
    const [news, olds] = [vi.fn(), vi.fn()];
    emitter._on('news', news);
    emitter._on('olds', olds);
    emitter._off('news');
    emitter._off('never heard of');
    expect(emitter._emit('news')).toBe(false);
    expect(emitter._emit('olds')).toBe(true);
  });

  it('does not call a handler that an earlier one has removed', () => {
    const removed = vi.fn();
    emitter._on('news', () => emitter._off('news', removed));
    emitter._on('news', removed);
    emitter._emit('news');
    expect(removed).not.toHaveBeenCalled();
  });

  it('does not call a handler that is added during an event, but at the next', () => {
    const added = vi.fn();
    emitter._on('news', () => emitter._on('news', added));
    emitter._emit('news');
    expect(added).not.toHaveBeenCalled();
    emitter._emit('news');
    expect(added).toHaveBeenCalledTimes(1);
  });

  it('keeps the failure of a handler from the others and from the caller', () => {
    const cause = new Error('no such message');
    const next = vi.fn();
    emitter._on('news', () => {
      throw cause;
    });
    emitter._on('news', next);
    expect(emitter._emit('news')).toBe(true);
    expect(next).toHaveBeenCalledTimes(1);
    expect(failures).toEqual([[expect.objectContaining({ code: 'handler_failed', cause }), 'news']]);
    expect(failures[0]?.[0].message).toContain('no such message');
  });

  it('reports the rejection of an async handler', async () => {
    const cause = new Error('too late');
    const failed = new Promise<[RealtimeError, string]>((resolve) => {
      emitter = new Emitter((error, event) => resolve([error, event]));
    });
    emitter._on('news', async () => {
      throw cause;
    });
    emitter._emit('news');
    expect(await failed).toEqual([expect.objectContaining({ code: 'handler_failed', cause }), 'news']);
  });

  it.each([undefined, null, 'a text', 0])('reports a handler that throws %j', (cause) => {
    emitter._on('news', () => {
      throw cause;
    });
    emitter._emit('news');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.[0]).toMatchObject({ code: 'handler_failed', cause });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'takes %j for an ordinary name',
    (event) => {
      const handler = vi.fn();
      expect(emitter._emit(event)).toBe(false);
      emitter._on(event, handler);
      emitter._emit(event, 1);
      expect(handler).toHaveBeenCalledExactlyOnceWith(1);
      emitter._off(event);
      expect(emitter._emit(event)).toBe(false);
    },
  );

  it.each([undefined, null, 'handler', {}])('refuses %j as a handler', (handler) => {
    expect(() => emitter._on('news', handler as never)).toThrow(/handler of "news" is no function/);
    expect(emitter._emit('news')).toBe(false);
  });
});
