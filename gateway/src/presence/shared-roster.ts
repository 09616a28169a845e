import type { MemberPayload } from '../../../src/protocol';
import type { RosterChange, RosterEntry, RosterPage } from '../broker/broker';
import { Roster } from './roster';

/** What the members of a room have to be told. */
export interface News {
  readonly type: 'joined' | 'updated' | 'left';
  readonly user: string;
  readonly userInfo: unknown;
}

/** What has happened here that the broker could not be told yet. */
type Untold = { readonly type: 'left' } | { readonly type: 'updated'; readonly userInfo: unknown };

/**
 * The roster of a room with members on several nodes: those who are here, by this node's own connections, and all that the
 * broker tells. What the broker tells of a user counts for more, but for what it could not be told.
 */
export class SharedRoster extends Roster {
  /** While it is asked for. */
  loading: Promise<void> | undefined;
  /** It could not be asked for when somebody came. */
  wasMissed = false;
  readonly #all = new Map<string, RosterEntry>();
  readonly #untold = new Map<string, Untold>();
  #version: number | undefined;
  /** Told before the roster as a whole was known. */
  #early: RosterChange[] = [];

  /** Whether the broker's roster is known at all. */
  get isKnown(): boolean {
    return this.#version !== undefined;
  }

  override get size(): number {
    let size = 0;
    for (const user of this.#all.keys()) if (this.has(user)) size += 1;
    for (const user of this.usersHere()) if (!this.#all.has(user)) size += 1;
    return size;
  }

  override has(user: string): boolean {
    return this.isHere(user) || (this.#all.has(user) && this.#untold.get(user)?.type !== 'left');
  }

  override info(user: string): unknown {
    const untold = this.#untold.get(user);
    if (untold?.type === 'updated') return untold.userInfo;
    const entry = this.#all.get(user);
    return entry ? entry.user_info : super.info(user);
  }

  override members(): MemberPayload[] {
    const members: MemberPayload[] = [];
    for (const [user_id, { connected_at }] of this.#all) {
      if (this.has(user_id)) members.push({ user_id, user_info: this.info(user_id), connected_at });
    }
    for (const member of super.members()) {
      if (!this.#all.has(member.user_id)) members.push({ ...member, user_info: this.info(member.user_id) });
    }
    return members;
  }

  /** Whether the user has, or has just lost, a connection on this node. */
  isHere(user: string): boolean {
    return super.has(user);
  }

  /** What the broker has told of one who is here. */
  confirm(user: string, entry: RosterEntry): News[] {
    return this.isHere(user) && !this.#all.has(user) ? this.#set(user, entry) : [];
  }

  /** Something of a user is so, though the broker could not be told. */
  hold(user: string, untold: Untold): News[] {
    return this.#change(user, () => this.#untold.set(user, untold));
  }

  /** The broker has been told all of a user. */
  release(user: string): News[] {
    return this.#untold.has(user) ? this.#change(user, () => this.#untold.delete(user)) : [];
  }

  apply(change: RosterChange): News[] {
    if (this.#version === undefined) {
      this.#early.push(change);
      return [];
    }
    if (change.version <= this.#version) return [];
    this.#version = change.version;
    return this.#set(change.user, change.type === 'left' ? undefined : change.entry);
  }

  /** Takes what was asked for, unless more is known by now. */
  load(page: RosterPage): News[] {
    return this.#version !== undefined && page.version < this.#version ? [] : this.replace(page);
  }

  replace({ version, members }: RosterPage): News[] {
    this.#version = version;
    const news: News[] = [];
    for (const user of [...this.#all.keys()])
      if (!members.has(user)) news.push(...this.#set(user, undefined));
    // Those who have been there longest come first.
    const entries = [...members].sort(([, a], [, b]) => a.connected_at - b.connected_at);
    for (const [user, entry] of entries) news.push(...this.#set(user, entry));
    const early = this.#early;
    this.#early = [];
    for (const change of early) news.push(...this.apply(change));
    return news;
  }

  #set(user: string, entry: RosterEntry | undefined): News[] {
    return this.#change(user, () => {
      if (!entry) {
        this.#all.delete(user);
        return;
      }
      this.#all.set(user, entry);
      this.update(user, entry.user_info);
    });
  }

  /** Does something, and gives the difference that it makes to what is shown of a user. */
  #change(user: string, deed: () => void): News[] {
    const before = this.has(user) ? { userInfo: this.info(user) } : undefined;
    deed();
    if (!this.has(user)) return before ? [{ type: 'left', user, userInfo: before.userInfo }] : [];
    const userInfo = this.info(user);
    if (!before) return [{ type: 'joined', user, userInfo }];
    const isSame = JSON.stringify(before.userInfo) === JSON.stringify(userInfo);
    return isSame ? [] : [{ type: 'updated', user, userInfo }];
  }
}
