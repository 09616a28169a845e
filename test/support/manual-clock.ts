import type { Clock, Timer } from '../../src/client/clock';

interface Pending {
  at: number;
  callback: () => void;
}

/** Time that stands still until a test moves it, and chance that a test decides. */
export class ManualClock implements Clock {
  /** What `random()` gives. */
  chance = 0.5;
  private time = Date.UTC(2026, 0, 1);
  private last = 0;
  private readonly timers = new Map<number, Pending>();

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  set(callback: () => void, milliseconds: number): Timer {
    const id = ++this.last;
    this.timers.set(id, { at: this.time + milliseconds, callback });
    return id as unknown as Timer;
  }

  clear(timer: Timer | undefined): void {
    this.timers.delete(timer as unknown as number);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves the time on, calling what falls due on the way at its own time, in order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let due = this.nextDue(end); due; due = this.nextDue(end)) {
      const [id, { at, callback }] = due;
      this.timers.delete(id);
      this.time = Math.max(this.time, at);
      callback();
    }
    this.time = end;
  }

  private nextDue(end: number): [number, Pending] | undefined {
    return [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
  }
}
