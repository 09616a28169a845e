import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Alarm } from '../../src/auth/alarm';

const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

it.each([1, 24, 25, 100, 10_000])('goes off at its time, %i days off, once', (days) => {
  const what = vi.fn();
  new Alarm().set(days * DAY, what);
  vi.advanceTimersByTime(days * DAY - 1);
  expect(what).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(what).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([-1, 0, -DAY])('goes off in the next turn for a time %i ms off', (off) => {
  const what = vi.fn();
  new Alarm().set(off, what);
  expect(what).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(what).toHaveBeenCalledTimes(1);
});

it('waits on where the clock was set back', () => {
  const what = vi.fn();
  new Alarm().set(1_000, what);
  vi.setSystemTime(-500);
  vi.advanceTimersByTime(1_000);
  expect(what).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);
  expect(what).toHaveBeenCalledTimes(1);
});

it('does only what it was last set to', () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const alarm = new Alarm();
  alarm.set(1_000, first);
  alarm.set(2_000, second);
  vi.advanceTimersByTime(5_000);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
});

it('leaves nothing behind when it is cleared', () => {
  const what = vi.fn();
  const alarm = new Alarm();
  alarm.set(100 * DAY, what);
  vi.advanceTimersByTime(50 * DAY);
  alarm.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100 * DAY);
  expect(what).not.toHaveBeenCalled();
});

it('takes times that are no time at all', () => {
  const what = vi.fn();
  const alarm = new Alarm();
  alarm.set(1e300, what);
  vi.advanceTimersByTime(1_000 * DAY);
  expect(what).not.toHaveBeenCalled();
  alarm.clear();
});
