import { randomBytes } from 'node:crypto';
import { type LogBounds, MemoryRoomLog } from '../log/memory-log';
import type { LogSizes } from '../log/room-log';
import { startSweep } from '../sweep';
import type { Broker, BrokerMessage, RoomKey } from './broker';
import { HubClaims } from './hub-claims';
import { HubCounts } from './hub-counts';
import { HubRosters } from './hub-rosters';
import { MemoryNode } from './memory-node';

export interface HubSettings {
  /** How much is kept of the messages of rooms; without it nothing is, and messages have no positions. */
  readonly log: LogBounds | undefined;
  /** Ms that the id of a message, and the outcome of a claim, is remembered. */
  readonly repeatsAge: number;
  /** Ms, of a clock that never goes back. */
  readonly now?: () => number;
}

/** A message as the hub keeps it. */
export interface HubMessage extends BrokerMessage {
  readonly rooms: readonly RoomKey[];
}

/** Of messages' ids, and of claims. */
const MOST_REMEMBERED = 200_000;

/** Links several nodes by the memory of one process: for its workers, to which it is the hub, and for tests. */
export class MemoryHub {
  readonly log: MemoryRoomLog | undefined;
  readonly rosters = new HubRosters((room, change) => {
    for (const node of this.#nodes.values()) node.hearRoster(room, change);
  });
  readonly counts = new HubCounts();
  readonly claims: HubClaims;
  readonly #nodes = new Map<string, MemoryNode>();
  /** Those that have started, also when they are taken for dead. */
  readonly #known = new Map<string, MemoryNode>();
  /** Of nodes that have ended, when their users go. */
  readonly #leaving = new Set<NodeJS.Timeout>();
  readonly #prefix = randomBytes(6).toString('base64url');
  readonly #endSweep: () => void;
  #made = 0;

  constructor({ log, repeatsAge, now = () => performance.now() }: HubSettings) {
    this.log = log && new MemoryRoomLog(log, now);
    this.claims = new HubClaims(MOST_REMEMBERED, repeatsAge, now);
    this.#endSweep = startSweep([this.claims, ...(this.log ? [this.log] : [])]);
  }

  /** A further node, of a name that no other has ever had. */
  connect(name = this.#newName()): Broker {
    return new MemoryNode(this, name);
  }

  /** The node is taken for dead, as one that has ended without a word, or was stopped for long. It may be mended. */
  drop(node: string): void {
    this.#find(node).cut();
    this.#purge(node);
  }

  /** The node has ended for good. Its users stay in the rosters for so many ms, since most are on their way to another node. */
  lose(node: string, grace: number): void {
    this.#forget(node);
    this.#known.delete(node);
    const timer = setTimeout(() => {
      this.#leaving.delete(timer);
      this.rosters.purge(node);
    }, grace);
    this.#leaving.add(timer);
  }

  /** The node can't reach the hub from now on. It isn't taken for dead by that. */
  cut(node: string): void {
    this.#find(node).cut();
  }

  /** The node can reach the hub again. */
  mend(node: string): void {
    this.#find(node).mend();
  }

  /** The nodes that are alive. */
  nodes(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  sizes(): LogSizes {
    return this.log?.sizes() ?? { rooms: 0, messages: 0, bytes: 0 };
  }

  /** Lets go of what would go on by itself. */
  stop(): void {
    this.#endSweep();
    for (const timer of this.#leaving) clearTimeout(timer);
  }

  /** @internal */
  add(node: MemoryNode): void {
    this.#nodes.set(node.node, node);
    this.#known.set(node.node, node);
  }

  /** @internal */
  has(node: string): boolean {
    return this.#nodes.has(node);
  }

  /** @internal */
  remove(node: string): void {
    this.#purge(node);
    this.#known.delete(node);
  }

  /** @internal */
  publish(rooms: readonly RoomKey[], published: BrokerMessage) {
    const message: HubMessage = { ...published, rooms };
    return rooms.map((room) => {
      const { id, once, volatile } = message;
      const known = once ? this.claims.placeOf(room, id) : undefined;
      if (known) return known.position;
      const position = volatile ? undefined : this.log?.append(room, message);
      if (once) this.claims.remember(room, id, position);
      for (const node of this.#nodes.values()) node.hear({ room, message, position, rooms });
      return position;
    });
  }

  /** @internal */
  tell(from: string, what: string): void {
    for (const node of this.#nodes.values()) if (node.node !== from) node.hearTold(from, what);
  }

  #purge(node: string): void {
    if (this.#forget(node)) this.rosters.purge(node);
  }

  /** All of it but its users. Says whether there was such a node. */
  #forget(node: string): boolean {
    if (!this.#nodes.has(node)) return false;
    this.#nodes.get(node)?.letGo();
    this.#nodes.delete(node);
    this.counts.purge(node);
    this.claims.purge(node);
    return true;
  }

  #newName(): string {
    this.#made += 1;
    return `${this.#prefix}.${this.#made}`;
  }

  #find(node: string): MemoryNode {
    const found = this.#known.get(node);
    if (!found) throw new Error(`there is no node ${node}`);
    return found;
  }
}
