import { type RoomKind, roomKind } from '../../src/protocol';
import type { Gate } from './delivery/gate';
import { Roster } from './presence/roster';
import { SharedRoster } from './presence/shared-roster';

/**
 * One room of a namespace, for as long as anybody is in it.
 *
 * Its receivers sit in one Socket.IO room for each dialect, so that a message is encoded once for a dialect. The names of
 * those hold a slash, which neither a client's room name nor a socket's id can hold: a client that joins a room
 * named like another's socket is not in the room of that socket.
 */
export class Room {
  readonly kind: RoomKind;
  readonly plain: ReadonlySet<string>;
  readonly sdk: ReadonlySet<string>;
  readonly echo: ReadonlySet<string>;
  /** Plain clients that came by `subscribe`. */
  readonly subscribers: ReadonlySet<string>;
  readonly roster: Roster | undefined;
  /** Of members that may not hear yet. */
  readonly gates = new Set<Gate>();
  /** Memberships that keep the room alive. */
  holders = 0;

  constructor(
    readonly name: string,
    /** Names the room's log. */
    readonly key: string,
    /** Other nodes have members, too. */
    isShared = false,
  ) {
    this.kind = roomKind(name);
    this.plain = new Set([`p/${name}`]);
    this.sdk = new Set([`s/${name}`]);
    this.echo = new Set([`e/${name}`]);
    this.subscribers = new Set([`m/${name}`]);
    this.roster = this.kind !== 'presence' ? undefined : isShared ? new SharedRoster() : new Roster();
  }
}
