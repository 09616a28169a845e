import { isRecord, type MemberPayload } from '../protocol';
import { Emitter, type Unsubscribe } from './emitter';
import type { RealtimeError } from './errors';
import type { WaitOptions } from './options';

/** One user in a presence room, however many tabs and devices it has there. */
export interface Member<Info = unknown> {
  readonly id: string;
  readonly info: Info;
}

export interface PresenceEvents<Info = unknown> {
  /** The whole roster, after each join and rejoin. */
  sync(members: readonly Member<Info>[]): unknown;
  joined(member: Member<Info>): unknown;
  left(member: Member<Info>): unknown;
  updated(member: Member<Info>, previous: Member<Info>): unknown;
}

/** Who is in a room. Holds the roster of the last join, changed by what the gateway has told since. */
export class Presence<Info = unknown> {
  private readonly _roster = new Map<string, Member<Info>>();
  private readonly _emitter: Emitter;
  private _list: readonly Member<Info>[] | undefined;
  private _isSynced = false;

  /** @internal */
  constructor(
    failed: (error: RealtimeError) => void,
    private readonly _publish: (info: Info, options?: WaitOptions) => Promise<void>,
  ) {
    this._emitter = new Emitter(failed);
  }

  /** Everyone in the room, oneself included; the same array until something changes. */
  get members(): readonly Member<Info>[] {
    this._list ??= [...this._roster.values()];
    return this._list;
  }

  /** The user's entry, by its id; `7` and `'7'` are the same user. */
  get(id: string | number): Member<Info> | undefined {
    return this._roster.get(String(id));
  }

  /** Changes what the others see of this user. Resolves when the gateway has taken it. */
  update(info: Info, options?: WaitOptions): Promise<void> {
    return this._publish(info, options);
  }

  on<E extends keyof PresenceEvents>(event: E, handler: PresenceEvents<Info>[E]): Unsubscribe {
    return this._emitter._on(event, handler);
  }

  off<E extends keyof PresenceEvents>(event: E, handler?: PresenceEvents<Info>[E]): void {
    this._emitter._off(event, handler);
  }

  /**
   * @internal Takes the roster of a join; where the gateway told none, what it tells from now on is all that is known.
   * After a rejoin only the true differences are announced.
   */
  _sync(members?: readonly MemberPayload[]): void {
    const announce = this._isSynced;
    this._isSynced = true;
    if (!members) return;
    const present = new Set(members.map((member) => idOf(member)));
    for (const id of [...this._roster.keys()]) if (!present.has(id)) this._remove(id);
    // A handler may have left the room meanwhile.
    for (const member of members) if (this._isSynced) this._put(member, announce);
    if (!this._isSynced) return;
    this._emitter._emit('sync', this.members);
  }

  /** @internal Takes a presence event of the gateway. */
  _receive(event: string, data: unknown): void {
    if (!this._isSynced || !isRecord(data)) return;
    if (/^(user\.left|presence:member_removed)$/.test(event)) this._remove(idOf(data));
    else if (/^(user\.(joined|updated)|presence:member_added)$/.test(event)) this._put(data, true);
  }

  /** @internal The room has been left. */
  _clear(): void {
    this._roster.clear();
    this._list = undefined;
    this._isSynced = false;
  }

  private _put(entry: unknown, announce: boolean): void {
    const { user_info: info } = Object(entry) as Partial<MemberPayload>;
    const member = { id: idOf(entry), info: info as Info };
    if (!member.id) return;
    const previous = this._roster.get(member.id);
    if (previous && JSON.stringify(previous.info) === JSON.stringify(info)) return;
    this._roster.set(member.id, member);
    this._list = undefined;
    if (announce) this._emitter._emit(previous ? 'updated' : 'joined', member, previous);
  }

  private _remove(id: string): void {
    const member = this._roster.get(id);
    if (!member) return;
    this._roster.delete(id);
    this._list = undefined;
    this._emitter._emit('left', member);
  }
}

/** PHP says `7` where a token says `'7'`; anything else is nobody. */
function idOf(entry: unknown): string {
  const { user_id: id } = Object(entry) as { user_id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}
