import type { Clock } from '../../src';

interface Due {
  at: number;
  callback: () => void;
}

type Timer = ReturnType<Clock['set']>;

/** A clock that goes by itself, and that a test can put forward. */
export class SteeredClock implements Clock {
  #offset = 0;
  readonly #due = new Map<Timer, Due>();

  now(): number {
    return Date.now() + this.#offset;
  }

  set(callback: () => void, milliseconds: number): Timer {
    const timer = setTimeout(() => this.#run(timer), milliseconds);
    this.#due.set(timer, { at: this.now() + milliseconds, callback });
    return timer;
  }

  clear(timer: Timer | undefined): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#due.delete(timer);
  }

  random(): number {
    return Math.random();
  }

  /** Lets that much time pass at once; what falls due happens now, in order. */
  forward(milliseconds: number): void {
    this.#offset += milliseconds;
    for (;;) {
      const [next] = [...this.#due].sort(([, a], [, b]) => a.at - b.at);
      if (!next || next[1].at > this.now()) return;
      this.#run(next[0]);
    }
  }

  #run(timer: Timer): void {
    const due = this.#due.get(timer);
    this.clear(timer);
    due?.callback();
  }
}
