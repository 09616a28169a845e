import type { RoomKey, RosterEntry, RosterPage } from '../broker';
import type { Connection } from './connection';
import type { Keys } from './keys';
import { TIME_TO_LIVE } from './options';
import { JOIN, LEAVE, PURGE, SNAPSHOT, UPDATE } from './roster-scripts';
import type { Script } from './script';

/** Who of the nodes is alive, as the rosters have to know it. */
export interface Lives {
  /** This node, by the name that it has in rosters. */
  readonly life: string;
  /** Those of them that are dead, for certain. */
  dead(lives: readonly string[]): Promise<readonly string[]>;
}

/** The rosters in Redis, and which users this node has put there. */
export class Rosters {
  readonly #mine = new Map<RoomKey, Set<string>>();
  /** Who may be there by this node and should not, as Redis could not be told. */
  readonly #owed = new Map<RoomKey, Set<string>>();

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly lives: Lives,
  ) {}

  /** Whether anybody is in a roster by this node. */
  get hasUsers(): boolean {
    return this.#mine.size > 0;
  }

  async join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry> {
    remove(this.#owed, room, user);
    add(this.#mine, room, user);
    try {
      const entry = await this.#run(JOIN, room, user, this.lives.life, infoJson(userInfo));
      return entryOf(String(entry));
    } catch (error) {
      remove(this.#mine, room, user);
      add(this.#owed, room, user);
      throw error;
    }
  }

  async leave(room: RoomKey, user: string): Promise<void> {
    remove(this.#mine, room, user);
    // Told later, if it can't be told now.
    add(this.#owed, room, user);
    await this.#run(LEAVE, room, user, this.lives.life);
    if (!this.#mine.get(room)?.has(user)) remove(this.#owed, room, user);
  }

  async update(room: RoomKey, user: string, userInfo: unknown): Promise<void> {
    await this.#run(UPDATE, room, user, infoJson(userInfo));
  }

  /** Who is in a room. Users of nodes that are dead are taken out before. */
  async snapshot(room: RoomKey): Promise<RosterPage> {
    const [page, nodes] = await this.#snapshot(room);
    const dead = await this.lives.dead(nodes);
    if (dead.length === 0) return page;
    for (const node of dead) await this.purge(room, node);
    return (await this.#snapshot(room))[0];
  }

  async purge(room: RoomKey, node: string): Promise<void> {
    await this.#run(PURGE, room, node);
  }

  /** Tells Redis who left while it could not be told. */
  async settle(): Promise<void> {
    const owed = [...this.#owed].flatMap(([room, users]) => [...users].map((user) => [room, user] as const));
    await Promise.all(
      owed.map(async ([room, user]) => {
        if (this.#mine.get(room)?.has(user)) return;
        await this.leave(room, user);
      }),
    );
  }

  /** Nobody of this node is in a roster by the name that it has now. Gives the rooms where somebody may be by the former. */
  forget(): RoomKey[] {
    const rooms = new Set([...this.#mine.keys(), ...this.#owed.keys()]);
    this.#mine.clear();
    this.#owed.clear();
    return [...rooms];
  }

  /** Takes all users of this node out. */
  async leaveAll(): Promise<void> {
    await Promise.all(this.forget().map((room) => this.purge(room, this.lives.life)));
  }

  async #snapshot(room: RoomKey): Promise<[RosterPage, string[]]> {
    const reply = await this.#run(SNAPSHOT, room);
    const [version, entries, nodes] = reply as [string, string[], string[]];
    const members = new Map<string, RosterEntry>();
    for (let at = 0; at < entries.length; at += 2) {
      members.set(entries[at] as string, entryOf(entries[at + 1] as string));
    }
    return [{ version: Number(version), members }, nodes];
  }

  #run(script: Script, room: RoomKey, ...args: string[]): Promise<unknown> {
    const { roster, places, shares, version, live } = this.keys.of(room);
    const publish = this.connection.isCluster ? 'SPUBLISH' : 'PUBLISH';
    return this.connection.run(
      script,
      [roster, places, shares, version],
      [live, publish, TIME_TO_LIVE, ...args],
    );
  }
}

/** Written so that nothing else has to be taken apart in Redis. */
function infoJson(userInfo: unknown): string {
  const json = JSON.stringify(userInfo);
  return json === undefined ? '' : `"user_info":${json},`;
}

function entryOf(json: string): RosterEntry {
  const { user_info, connected_at } = JSON.parse(json);
  return { user_info, connected_at };
}

function add(rooms: Map<RoomKey, Set<string>>, room: RoomKey, user: string): void {
  const users = rooms.get(room);
  if (users) users.add(user);
  else rooms.set(room, new Set([user]));
}

function remove(rooms: Map<RoomKey, Set<string>>, room: RoomKey, user: string): void {
  const users = rooms.get(room);
  if (users?.delete(user) && users.size === 0) rooms.delete(room);
}
