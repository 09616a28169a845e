import { type Clock, systemClock } from '../clock';

/** The longest time that `setTimeout` can wait; a longer one it would take for none. */
const LONGEST = 2 ** 31 - 1;

/** Something that is to be done at a time, however far off, or not at all. */
export class Alarm {
  readonly #clock: Clock;
  #timer: ReturnType<Clock['set']> | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Does `what` at the time `at`, in ms since 1970, in place of what was to be done before. */
  set(at: number, what: () => void): void {
    this.clear();
    const wait = Math.max(0, at - this.#clock.now());
    this.#timer = this.#clock.set(
      // A clock that was set back, or a timer that ran out ahead of it, is not the time.
      () => (this.#clock.now() >= at ? what() : this.set(at, what)),
      Math.min(wait, LONGEST),
    );
  }

  clear(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }
}
