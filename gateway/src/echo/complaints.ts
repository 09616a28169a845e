import type { Logger } from '../logger';

/** Ms for which the same is not said again. */
const QUIET = 10_000;

/** Tells the log what is wrong elsewhere: clients can make that happen as often as they like, so the same is told but now and then. */
export class Complaints {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #told = new Map<string, { at: number; since: number }>();

  /** `now` in ms, of a clock that never goes back. */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  /** `message` is one of a few; what varies is in the details. */
  say(message: string, details: object): void {
    const now = this.#now();
    const last = this.#told.get(message);
    if (last && now - last.at < QUIET) {
      last.since += 1;
      return;
    }
    this.#told.set(message, { at: now, since: 0 });
    this.#logger.warn(last?.since ? { ...details, unsaid: last.since } : details, message);
  }
}
