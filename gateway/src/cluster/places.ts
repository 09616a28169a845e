import type { Broker, RoomKey, RosterPage } from '../broker/broker';
import { type News, SharedRoster } from '../presence/shared-roster';
import type { Room } from '../room';

/** What the broker could not be told of a user in a room. */
interface Missed {
  readonly room: Room;
  readonly user: string;
  isUpdate: boolean;
}

/** Finds the room of that key that somebody is in now. */
type Find = (key: RoomKey) => Room | undefined;

/**
 * Tells the broker who is here in the presence rooms. What it can't be told it is told as soon as it is ready again; until then
 * the members here see what is so here.
 */
export class Places {
  readonly #broker: Broker;
  readonly #find: Find;
  readonly #tell: (room: Room, news: readonly News[]) => void;
  readonly #missed = new Map<string, Missed>();
  readonly #joining = new Map<string, Promise<void>>();

  constructor(broker: Broker, find: Find, tell: (room: Room, news: readonly News[]) => void) {
    this.#broker = broker;
    this.#find = find;
    this.#tell = tell;
  }

  join(room: Room, user: string, userInfo: unknown): void {
    const place = placeOf(room, user);
    const joined = this.#broker.join(room.key, user, userInfo).then(
      (entry) => this.#learn(room, (roster) => roster.confirm(user, entry)),
      () => this.#miss(room, user, false),
    );
    // Who was gone though the broker could not be told is back.
    this.#learn(room, (roster) => roster.release(user));
    const settled = joined.then(() => {
      if (this.#joining.get(place) === settled) this.#joining.delete(place);
    });
    this.#joining.set(place, settled);
  }

  /** Settled when a user's join is; nothing where none is under way. */
  pending(room: Room, user: string | undefined): Promise<void> | undefined {
    return user === undefined ? undefined : this.#joining.get(placeOf(room, user));
  }

  leave(room: Room, user: string): Promise<void> {
    return this.#broker.leave(room.key, user).catch(() => {
      this.#miss(room, user, false);
      this.#learn(room, (roster) => (roster.isHere(user) ? [] : roster.hold(user, { type: 'left' })));
    });
  }

  update(room: Room, user: string, userInfo: unknown): Promise<void> {
    return this.#broker.update(room.key, user, userInfo).catch(() => {
      this.#miss(room, user, true);
      this.#learn(room, (roster) => roster.hold(user, { type: 'updated', userInfo }));
    });
  }

  /** Tells the broker what it could not be told. */
  catchUp(): void {
    const byRoom = new Map<RoomKey, Missed[]>();
    for (const missed of this.#missed.values()) {
      const { key } = missed.room;
      byRoom.set(key, [...(byRoom.get(key) ?? []), missed]);
    }
    this.#missed.clear();
    for (const missed of byRoom.values()) void this.#catchUp(missed);
  }

  /** All is shown as it is here until the broker's roster is one that knows of it. */
  async #catchUp(missed: readonly Missed[]): Promise<void> {
    const [{ room }] = missed as [Missed];
    try {
      await Promise.all(missed.map((each) => this.#tellMissed(each)));
      const page = await this.#broker.roster(room.key);
      const users = missed.map(({ user }) => user).filter((user) => !this.#missed.has(placeOf(room, user)));
      this.#learn(room, (roster) => [...roster.load(page), ...users.flatMap((user) => roster.release(user))]);
    } catch {
      for (const { user, isUpdate } of missed) this.#miss(room, user, isUpdate);
    }
  }

  async #tellMissed({ room, user, isUpdate }: Missed): Promise<void> {
    const roster = (this.#find(room.key) ?? room).roster as SharedRoster;
    if (!roster.isHere(user)) {
      await this.leave(room, user);
      return;
    }
    const userInfo = roster.info(user);
    await this.#broker.join(room.key, user, userInfo);
    if (isUpdate) await this.update(room, user, userInfo);
  }

  /** Tells it of those of a room who are here, but for those that it knows of. */
  retell(room: Room, known?: RosterPage): void {
    const { roster } = room;
    for (const user of roster?.usersHere() ?? [])
      if (!known?.members.has(user)) this.join(room, user, roster?.info(user));
  }

  /** It may have been left and entered meanwhile, so by the room as it is now. */
  #learn({ key }: Room, deed: (roster: SharedRoster) => News[]): void {
    const room = this.#find(key);
    if (room?.roster instanceof SharedRoster) this.#tell(room, deed(room.roster));
  }

  #miss(room: Room, user: string, isUpdate: boolean): void {
    const place = placeOf(room, user);
    const missed = this.#missed.get(place);
    if (missed) missed.isUpdate ||= isUpdate;
    else this.#missed.set(place, { room, user, isUpdate });
  }
}

function placeOf(room: Room, user: string): string {
  return `${room.key} ${user}`;
}
