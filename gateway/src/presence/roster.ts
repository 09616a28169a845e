import type { MemberPayload } from '../../../src/protocol';

interface Entry {
  userInfo: unknown;
  readonly connectedAt: number;
  readonly connections: Set<string>;
  /** When its last connection was lost; it has none since. */
  lostAt?: number;
}

/** Who is in one presence room: one entry a user, however many connections. Knows nothing of sockets. */
export class Roster {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Enters a connection. A user's `first` brings the entry; a `further` one leaves it as it is, and so does one by which the
   * user is `back` after its last was lost.
   */
  add(userId: string, connection: string, userInfo: unknown, now: number): 'first' | 'further' | 'back' {
    const entry = this.#entries.get(userId);
    if (!entry) {
      this.#entries.set(userId, { userInfo, connectedAt: now, connections: new Set([connection]) });
      return 'first';
    }
    const isBack = entry.connections.size === 0;
    entry.connections.add(connection);
    return isBack ? 'back' : 'further';
  }

  /** Returns whether the user is gone with this connection. */
  remove(userId: string, connection: string): boolean {
    const entry = this.#entries.get(userId);
    if (!entry?.connections.delete(connection) || entry.connections.size > 0) return false;
    return this.#entries.delete(userId);
  }

  /** Takes a connection away, and leaves the user. Returns whether it was its last. */
  lose(userId: string, connection: string, now: number): boolean {
    const entry = this.#entries.get(userId);
    if (!entry?.connections.delete(connection) || entry.connections.size > 0) return false;
    entry.lostAt = now;
    return true;
  }

  /** Takes a user away that has been lost since then. Returns whether it is gone by that. */
  expire(userId: string, since: number): boolean {
    const entry = this.#entries.get(userId);
    if (!entry || entry.connections.size > 0 || (entry.lostAt as number) > since) return false;
    return this.#entries.delete(userId);
  }

  /** Returns whether there is such a user. */
  update(userId: string, userInfo: unknown): boolean {
    const entry = this.#entries.get(userId);
    if (!entry) return false;
    entry.userInfo = userInfo;
    return true;
  }

  /** Those who have, or have just lost, a connection here. */
  usersHere(): Iterable<string> {
    return this.#entries.keys();
  }

  has(userId: string): boolean {
    return this.#entries.has(userId);
  }

  info(userId: string): unknown {
    return this.#entries.get(userId)?.userInfo;
  }

  /** A snapshot, in the order in which the users came. */
  members(): MemberPayload[] {
    const members: MemberPayload[] = [];
    for (const [user_id, entry] of this.#entries) {
      members.push({ user_id, user_info: entry.userInfo, connected_at: entry.connectedAt });
    }
    return members;
  }
}
