import { describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../src/client/deadlines';
import { RealtimeError } from '../../src/client/errors';
import { ManualClock } from '../support/manual-clock';

describe('a watched deadline', () => {
  it('fails when the time is up, naming what and how long, and not before', () => {
    const clock = new ManualClock();
    const fail = vi.fn();
    new Deadlines(clock)._watch('join("news")', { timeout: 500 }, fail);
    clock.advance(499);
    expect(fail).not.toHaveBeenCalled();
    clock.advance(1);
    expect(fail).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'timeout' }));
    expect(String(fail.mock.calls[0]?.[0])).toMatch(/join\("news"\).* 500 ms/);
  });

  it('fails when the signal fires, with its reason', () => {
    const controller = new AbortController();
    const fail = vi.fn();
    new Deadlines(new ManualClock())._watch('request', { signal: controller.signal }, fail);
    controller.abort('the page was left');
    expect(fail).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'aborted', cause: 'the page was left' }),
    );
  });

  it('fails at once for a signal that has fired already, without a timer', () => {
    const clock = new ManualClock();
    const fail = vi.fn();
    new Deadlines(clock)._watch('request', { timeout: 10, signal: AbortSignal.abort() }, fail);
    expect(fail).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('says nothing more once it has been ended', () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const fail = vi.fn();
    new Deadlines(clock)._watch('request', { timeout: 10, signal: controller.signal }, fail)();
    expect(clock.pending).toBe(0);
    clock.advance(10);
    controller.abort();
    expect(fail).not.toHaveBeenCalled();
  });

  it('waits for ever with the timeout Infinity', () => {
    const clock = new ManualClock();
    new Deadlines(clock)._watch('request', { timeout: Number.POSITIVE_INFINITY }, () => {});
    expect(clock.pending).toBe(0);
  });

  it.each([
    [undefined, 10_000],
    [700, 700],
  ])('has the timeout of the client where the call has none: %s', (ackTimeout, expected) => {
    const clock = new ManualClock();
    const fail = vi.fn();
    new Deadlines(clock, ackTimeout)._watch('request', undefined, fail);
    clock.advance(expected - 1);
    expect(fail).not.toHaveBeenCalled();
    clock.advance(1);
    expect(fail).toHaveBeenCalledTimes(1);
  });
});

describe('a wait', () => {
  it('resolves when it is done, and ends what it began', async () => {
    const clock = new ManualClock();
    const end = vi.fn();
    await new Deadlines(clock)._wait('ready()', { timeout: 10 }, (done) => {
      done();
      return end;
    });
    expect(end).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('rejects with the error it is told, and ends what it began', async () => {
    const end = vi.fn();
    const error = new RealtimeError('forbidden', 'not you');
    const wait = new Deadlines(new ManualClock())._wait('join', {}, (done) => {
      done(error);
      return end;
    });
    await expect(wait).rejects.toBe(error);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('rejects when the time is up, and ends what it began', async () => {
    const clock = new ManualClock();
    const end = vi.fn();
    const wait = new Deadlines(clock)._wait('join', { timeout: 10 }, () => end);
    clock.advance(10);
    await expect(wait).rejects.toMatchObject({ code: 'timeout' });
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('begins nothing for a signal that has fired already', async () => {
    const start = vi.fn();
    const wait = new Deadlines(new ManualClock())._wait('join', { signal: AbortSignal.abort() }, start);
    await expect(wait).rejects.toMatchObject({ code: 'aborted' });
    expect(start).not.toHaveBeenCalled();
  });

  it('rejects with what the start throws, and leaves no timer', async () => {
    const clock = new ManualClock();
    const wait = new Deadlines(clock)._wait('join', { timeout: 10 }, () => {
      throw new RealtimeError('invalid_argument', 'no such name');
    });
    await expect(wait).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(clock.pending).toBe(0);
  });
});
