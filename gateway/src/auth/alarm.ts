/** The longest time that `setTimeout` can wait; a longer one it would take for none. */
const LONGEST = 2 ** 31 - 1;

/** Something that is to be done at a time, however far off, or not at all. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;

  /** Does `what` at the time `at`, in ms since 1970, in place of what was to be done before. */
  set(at: number, what: () => void): void {
    this.clear();
    const wait = Math.max(0, at - Date.now());
    this.#timer = setTimeout(
      // A clock that was set back, or a timer that ran out ahead of it, is not the time.
      () => (Date.now() >= at ? what() : this.set(at, what)),
      Math.min(wait, LONGEST),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
