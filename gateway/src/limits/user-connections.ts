import type { User } from '../api';
import type { Engine } from '../capacity';
import type { SharedCounts } from '../cluster/shared-counts';

/** Counts the connections of each user; one that is in several namespaces counts once. */
export class UserConnections {
  readonly #most: number;
  readonly #counts: SharedCounts | undefined;
  readonly #byUser = new Map<string, Set<Engine>>();

  /** `most` for one user; 0 is no limit. `counts` where there are other nodes. */
  constructor(most: number, counts?: SharedCounts) {
    this.#most = most;
    this.#counts = counts;
  }

  /** Counts a connection as this user's until it closes. Gives whether the user may have it. */
  take(user: User, engine: Engine): boolean | Promise<boolean> {
    // One that has closed while its token was looked at will not close again, and is no connection any more.
    if (this.#most === 0 || engine.readyState === 'closed') return true;
    const key = `${user.guard}/${user.id}`;
    const engines = this.#byUser.get(key) ?? new Set<Engine>();
    if (engines.has(engine)) return true;
    if (engines.size >= this.#most) return false;
    this.#byUser.set(key, engines.add(engine));
    const free = (): boolean => {
      const wasThere = engines.delete(engine);
      if (engines.size === 0 && this.#byUser.get(key) === engines) this.#byUser.delete(key);
      return wasThere;
    };
    const counts = this.#counts;
    if (!counts) {
      engine.once('close', free);
      return true;
    }
    return this.#takeEverywhere(counts, `connections ${key}`, engine, free);
  }

  async #takeEverywhere(
    counts: SharedCounts,
    what: string,
    engine: Engine,
    free: () => boolean,
  ): Promise<boolean> {
    const end = () => {
      if (free()) void counts.change(what, -1);
    };
    engine.once('close', end);
    const sum = await counts.change(what, 1);
    // While it can't be known, what is here has to do.
    if (sum === undefined || sum <= this.#most) return true;
    end();
    return false;
  }

  get most(): number {
    return this.#most;
  }
}
