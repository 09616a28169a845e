import { describe, expect, it, vi } from 'vitest';
import { waitFor, watchDeadline } from '../../src/client/deadline';
import { RealtimeError } from '../../src/client/errors';
import { ManualClock } from '../support/manual-clock';

describe('watchDeadline', () => {
  it('fails when the time is up, naming what and how long, and not before', () => {
    const clock = new ManualClock();
    const fail = vi.fn();
    watchDeadline('join("news")', { timeout: 500 }, clock, fail);
    clock.advance(499);
    expect(fail).not.toHaveBeenCalled();
    clock.advance(1);
    expect(fail).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'timeout' }));
    expect(String(fail.mock.calls[0]?.[0])).toMatch(/join\("news"\).* 500 ms/);
  });

  it('fails when the signal fires, with its reason', () => {
    const controller = new AbortController();
    const fail = vi.fn();
    watchDeadline('request', { signal: controller.signal }, new ManualClock(), fail);
    controller.abort('the page was left');
    expect(fail).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'aborted', cause: 'the page was left' }),
    );
  });

  it('fails at once for a signal that has fired already, without a timer', () => {
    const clock = new ManualClock();
    const fail = vi.fn();
    watchDeadline('request', { timeout: 10, signal: AbortSignal.abort() }, clock, fail);
    expect(fail).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('says nothing more once it has been ended', () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const fail = vi.fn();
    watchDeadline('request', { timeout: 10, signal: controller.signal }, clock, fail)();
    expect(clock.pending).toBe(0);
    clock.advance(10);
    controller.abort();
    expect(fail).not.toHaveBeenCalled();
  });

  it.each([undefined, Number.POSITIVE_INFINITY])('waits for ever with the timeout %s', (timeout) => {
    const clock = new ManualClock();
    watchDeadline('request', timeout === undefined ? {} : { timeout }, clock, () => {});
    expect(clock.pending).toBe(0);
  });
});

describe('waitFor', () => {
  it('resolves when it is done, and ends what it began', async () => {
    const clock = new ManualClock();
    const end = vi.fn();
    await waitFor('ready()', { timeout: 10 }, clock, (done) => {
      done();
      return end;
    });
    expect(end).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('rejects with the error it is told, and ends what it began', async () => {
    const end = vi.fn();
    const error = new RealtimeError('forbidden', 'not you');
    const wait = waitFor('join', {}, new ManualClock(), (done) => {
      done(error);
      return end;
    });
    await expect(wait).rejects.toBe(error);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('rejects when the time is up, and ends what it began', async () => {
    const clock = new ManualClock();
    const end = vi.fn();
    const wait = waitFor('join', { timeout: 10 }, clock, () => end);
    clock.advance(10);
    await expect(wait).rejects.toMatchObject({ code: 'timeout' });
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('begins nothing for a signal that has fired already', async () => {
    const start = vi.fn();
    const wait = waitFor('join', { signal: AbortSignal.abort() }, new ManualClock(), start);
    await expect(wait).rejects.toMatchObject({ code: 'aborted' });
    expect(start).not.toHaveBeenCalled();
  });

  it('rejects with what the start throws, and leaves no timer', async () => {
    const clock = new ManualClock();
    const wait = waitFor('join', { timeout: 10 }, clock, () => {
      throw new RealtimeError('invalid_argument', 'no such name');
    });
    await expect(wait).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(clock.pending).toBe(0);
  });
});
