import type { RoomKey } from '../broker';

/** What `RoomKey` is made of. */
export interface RoomName {
  readonly namespace: string;
  readonly name: string;
}

/** The keys and channels of one room; all of them are in one slot of a Redis Cluster. */
export interface RoomKeys {
  /** The room's messages. */
  readonly stream: string;
  /** Hash: the epoch of the stream, and what is known of it. */
  readonly log: string;
  /** Channel of what the nodes announce to each other. */
  readonly live: string;
  /** Hash: each user's entry. */
  readonly roster: string;
  /** Hash: each user's nodes, with spaces between. */
  readonly places: string;
  /** Hash: how many users each node has. */
  readonly shares: string;
  /** How often the roster has changed. */
  readonly version: string;
}

/** Names everything in Redis. A room of `/` is found there by its bare name, where a backend in any language finds it. */
export class Keys {
  /** Sorted set: when each node was last alive. */
  readonly nodes: string;
  /** Channel of what a node tells all others. */
  readonly control: string;
  /** What a backend may publish to. */
  readonly pattern: string;

  constructor(readonly prefix: string) {
    const base = prefix.replace(/:+$/, '');
    // Not after the prefix itself, where a room could have that name.
    this.nodes = `${base}-nodes`;
    this.control = `${base}-control`;
    this.pattern = `${prefix.replace(/[*?[\]\\]/g, '\\$&')}*`;
  }

  of(room: RoomKey): RoomKeys {
    const stream = this.streamOf(room);
    const tag = `{${stream}}`;
    return {
      stream,
      log: `${tag}:log`,
      live: `${tag}:live`,
      roster: `${tag}:roster`,
      places: `${tag}:places`,
      shares: `${tag}:shares`,
      version: `${tag}:version`,
    };
  }

  streamOf(room: RoomKey): string {
    return this.prefix + escaped(room.startsWith('/ ') ? room.slice(2) : room);
  }

  /** Tells that a message was published to a room already. */
  repeat({ log }: RoomKeys, id: string): string {
    return `${log.slice(0, -'log'.length)}id:${id}`;
  }

  count(what: string): string {
    return `${this.nodes}:count:${what}`;
  }

  claim(id: string): string {
    return `${this.nodes}:claim:${id}`;
  }

  /** The room of a stream, or of a channel that a backend publishes to. */
  roomOf(stream: string): RoomKey {
    const name = unescaped(stream.slice(this.prefix.length));
    return name.startsWith('/') ? name : `/ ${name}`;
  }
}

export function nameOf(room: RoomKey): RoomName {
  const space = room.indexOf(' ');
  return { namespace: room.slice(0, space), name: room.slice(space + 1) };
}

// What stands in braces would decide about the slot: an id of a user may have them, and is part of the name of a room.

function escaped(name: string): string {
  return /[{}%]/.test(name) ? name.replace(/[{}]|%(?=7B|7D|25)/g, encodeURIComponent) : name;
}

function unescaped(name: string): string {
  return name.includes('%') ? name.replace(/%(7B|7D|25)/g, decodeURIComponent) : name;
}
