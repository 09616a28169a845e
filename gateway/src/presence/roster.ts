import type { MemberPayload } from '../../../src/protocol';

interface Entry {
  userInfo: unknown;
  readonly connectedAt: number;
  readonly connections: Set<string>;
}

/** Who is in one presence room: one entry a user, however many connections. Knows nothing of sockets. */
export class Roster {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /** Returns whether this is the user's first connection here. A further one leaves the entry as it is. */
  add(userId: string, connection: string, userInfo: unknown, now: number): boolean {
    const entry = this.#entries.get(userId);
    if (entry) {
      entry.connections.add(connection);
      return false;
    }
    this.#entries.set(userId, { userInfo, connectedAt: now, connections: new Set([connection]) });
    return true;
  }

  /** Returns whether the user is gone with this connection. */
  remove(userId: string, connection: string): boolean {
    const entry = this.#entries.get(userId);
    if (!entry?.connections.delete(connection) || entry.connections.size > 0) return false;
    return this.#entries.delete(userId);
  }

  /** Returns whether there is such a user. */
  update(userId: string, userInfo: unknown): boolean {
    const entry = this.#entries.get(userId);
    if (!entry) return false;
    entry.userInfo = userInfo;
    return true;
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
