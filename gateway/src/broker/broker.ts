import type { Position } from '../../../src/protocol';
import type { LogEntry, LogPage } from '../log/room-log';

/** Names a room of a namespace: what `logKey` gives. */
export type RoomKey = string;

/** One message on its way through the broker to the members of one or several rooms, on whatever nodes they are. */
export interface BrokerMessage extends LogEntry {
  /** Sockets that don't get it. */
  readonly except: readonly string[];
  /** Not logged, and not queued for a receiver that is not ready. */
  readonly volatile: boolean;
  /** Its id outlives a connection: a second message with it is not published, and answered as the first was. */
  readonly once: boolean;
}

/** A message as a node hears it, for one of its rooms. */
export interface Heard {
  readonly room: RoomKey;
  readonly message: BrokerMessage;
  /** Absent for what is not logged. */
  readonly position: Position | undefined;
  /**
   * All rooms that the message went to. Each of them is heard by itself; a plain client that is in several gets it with the
   * first of these that it is in.
   */
  readonly rooms: readonly RoomKey[];
}

/** A user as the members of a presence room see it. */
export interface RosterEntry {
  readonly user_info: unknown;
  /** Milliseconds since 1970, by the broker's clock. */
  readonly connected_at: number;
}

/** What a room's roster is, after so many changes. */
export interface RosterPage {
  readonly version: number;
  readonly members: ReadonlyMap<string, RosterEntry>;
}

export type RosterChange = { readonly version: number; readonly user: string } & (
  | { readonly type: 'joined' | 'updated'; readonly entry: RosterEntry }
  | { readonly type: 'left'; readonly entry: RosterEntry }
);

/** What a node is told. Nothing is told before `start`, nor after `stop`. */
export interface BrokerListener {
  /** Of each room in the order of its log, none twice. Rooms that were not entered are not heard. */
  heard(heard: Heard): void;
  /** Something of an entered room is lost, or its log has begun anew; what is heard from now on comes after that. */
  gap(room: RoomKey, position: Position): void;
  /** One change of the roster of an entered room, in the order of the versions. */
  roster(room: RoomKey, change: RosterChange): void;
  /** The whole roster of an entered room, where changes may have been missed. */
  rosterIs(room: RoomKey, page: RosterPage): void;
  /** What a node, this one not among them, told all. */
  told(node: string, what: unknown): void;
  state(state: BrokerState): void;
  /** The broker has forgotten this node, or all: whoever is here has to be told to it again. */
  forgotten(): void;
}

export type BrokerStatus = 'connecting' | 'ready' | 'down' | 'stopped';

export interface BrokerState {
  readonly status: BrokerStatus;
  /** Why it is down, in words for whoever runs the gateway. */
  readonly problem?: string;
}

/**
 * What links the nodes of a cluster: the one place where the messages of a room get their order, where its log is kept and
 * where its roster is true. Whatever can't be done now is refused with `BrokerError`.
 */
export interface Broker {
  /** Unique among all nodes that there have ever been. */
  readonly node: string;
  /** It is there as long as this process is, so there is nothing to tell of its state. */
  readonly isAtHand?: true;
  readonly state: BrokerState;
  /** Never fails: where the broker can't be reached, it goes on trying. */
  start(listener: BrokerListener): void;
  /**
   * Lets go, and takes this node's users out of all rosters; those who are left in `staying` ms, or when the node would be
   * taken for dead, if that is given: most of them are on their way to another node.
   */
  stop(staying?: number): Promise<void>;

  /** This node wants to hear a room from now on. `isPresence`: its roster too. What is read of the room afterwards waits for it. */
  enter(room: RoomKey, isPresence: boolean): void;
  /** It need not hear it any more. */
  exit(room: RoomKey): void;

  /**
   * Counts, keeps and announces a message, to each of the rooms. Settled when that is done, with its positions; `undefined`
   * for one that is not logged. This node hears it as all others do.
   */
  publish(rooms: readonly RoomKey[], message: BrokerMessage): Promise<readonly (Position | undefined)[]>;
  /** Where the room's log is. */
  position(room: RoomKey): Promise<Position>;
  /** All that came after a position. */
  since(room: RoomKey, position: Position): Promise<LogPage>;
  /** The last so many messages, or as many as there are. */
  last(room: RoomKey, count: number): Promise<LogPage>;

  /** The user is in the room, on this node, from now on. Settled, when it is in the roster, with how it is seen there. */
  join(room: RoomKey, user: string, userInfo: unknown): Promise<RosterEntry>;
  /** The user has no connection on this node any more. */
  leave(room: RoomKey, user: string): Promise<void>;
  /** The user is to be seen otherwise. */
  update(room: RoomKey, user: string, userInfo: unknown): Promise<void>;
  /** Who is in a presence room, on all nodes, whether this one entered it or not. */
  roster(room: RoomKey): Promise<RosterPage>;

  /** Tells all other nodes something that can be written as JSON. What a node does not hear now, it never hears. */
  tell(what: unknown): Promise<void>;
  /** The nodes that are alive, this one among them. */
  nodes(): readonly string[];

  /**
   * Counts what a user has on this node, such as connections; gives the sum over all live nodes, after the change.
   * Counts of nodes that are gone don't count.
   */
  count(what: string, change: 1 | -1): Promise<number>;
  /**
   * Claims something that must be done once over all nodes. `mine`: this node does it, and says by `settle` how it went.
   * Else `done`, with how it went; or `busy`, where another node is about to do it, or was when it died: ask again.
   */
  claim(id: string): Promise<Claim>;
}

export type Claim =
  | { readonly type: 'mine'; settle(outcome: string | undefined): Promise<void> }
  | { readonly type: 'done'; readonly outcome: string }
  | { readonly type: 'busy' };

/** Why a broker could not do what it was asked for. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  constructor(
    message: string,
    /** It may have been done all the same. */
    readonly maybeDone: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
