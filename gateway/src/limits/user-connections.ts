import type { User } from '../api';
import type { Engine } from '../capacity';

/** Counts the connections of each user; one that is in several namespaces counts once. */
export class UserConnections {
  readonly #most: number;
  readonly #byUser = new Map<string, Set<Engine>>();

  /** `most` for one user; 0 is no limit. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a connection as this user's until it closes. Returns whether the user may have it. */
  take(user: User, engine: Engine): boolean {
    // One that has closed while its token was looked at will not close again, and is no connection any more.
    if (this.#most === 0 || engine.readyState === 'closed') return true;
    const key = `${user.guard}/${user.id}`;
    const engines = this.#byUser.get(key) ?? new Set<Engine>();
    if (engines.has(engine)) return true;
    if (engines.size >= this.#most) return false;
    this.#byUser.set(key, engines.add(engine));
    engine.once('close', () => {
      engines.delete(engine);
      if (engines.size === 0 && this.#byUser.get(key) === engines) this.#byUser.delete(key);
    });
    return true;
  }

  get most(): number {
    return this.#most;
  }
}
