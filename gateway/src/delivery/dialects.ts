import type { Namespace, Socket } from 'socket.io';
import { isRecord, type MessageMeta } from '../../../src/protocol';
import { inEchoDialect } from '../echo/form';
import { MAX_CLIENT_ID } from '../limits';
import type { Room } from '../room';
import type { Message } from './message';

/** How a client wants its messages: `(data)`, `(data, meta)` for the SDK, or `(channel, data)` for Laravel Echo. */
export type Dialect = 'plain' | 'sdk' | 'echo';

/** The dialect that the handshake asked for; anything not well-formed is a plain client. Echo's is asked for room by room. */
export function dialectOf(socket: Socket): Exclude<Dialect, 'echo'> {
  const asked: unknown = socket.handshake.auth.toporia;
  if (!isRecord(asked)) return 'plain';
  return isShortText(asked.sdk) && isShortText(asked.client) ? 'sdk' : 'plain';
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_CLIENT_ID;
}

const EVENT_PACKET = 2;
const NOBODY: ReadonlySet<string> = new Set();

/** Sends messages to the members of one namespace's rooms: each is encoded once a dialect, whatever the number of receivers. */
export class Delivery {
  readonly #namespace: Namespace;
  readonly #alone: boolean;

  /** `alone`: no other process has members, so a dialect that nobody here speaks need not be encoded. */
  constructor(namespace: Namespace, alone: boolean) {
    this.#namespace = namespace;
    this.#alone = alone;
  }

  publish(rooms: readonly Room[], message: Message, except: ReadonlySet<string> = NOBODY): void {
    const only = rooms[0];
    if (!only) return;
    const plain = rooms.length === 1 ? only.plain : plainOf(rooms);
    if (this.#mayHear(plain)) this.#write(plain, [message.event, ...message.args], message.volatile, except);
    // One copy for each shared room, which both of these name; the SDK drops repeats by id.
    for (const room of rooms) {
      if (this.#mayHear(room.sdk))
        this.#write(room.sdk, inSdkDialect(message, room), message.volatile, except);
      if (this.#mayHear(room.echo))
        this.#write(room.echo, inEchoDialect(message, room), message.volatile, except);
    }
  }

  /** To those plain clients alone that came by `subscribe`. */
  publishToSubscribers(room: Room, event: string, payload: unknown, except: ReadonlySet<string>): void {
    if (this.#mayHear(room.subscribers)) this.#write(room.subscribers, [event, payload], false, except);
  }

  /** Connections in a room, on this node. */
  connections(room: Room): number {
    let count = 0;
    for (const key of [...room.plain, ...room.sdk, ...room.echo])
      count += this.#namespace.adapter.rooms.get(key)?.size ?? 0;
    return count;
  }

  #mayHear(keys: ReadonlySet<string>): boolean {
    if (!this.#alone) return true;
    for (const key of keys) if (this.#namespace.adapter.rooms.has(key)) return true;
    return false;
  }

  /** What `namespace.to(…).except(…).emit(…)` ends in, without the three operators that it builds on the way. */
  #write(
    rooms: ReadonlySet<string>,
    data: unknown[],
    volatile: boolean | undefined,
    except: ReadonlySet<string>,
  ) {
    this.#namespace.adapter.broadcast(
      { type: EVENT_PACKET, data },
      // The adapters only read these.
      {
        rooms: rooms as Set<string>,
        except: except as Set<string>,
        flags: volatile ? { volatile: true } : {},
      },
    );
  }
}

/** The plain receivers of several rooms, each of whom gets a message once. */
function plainOf(rooms: readonly Room[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const room of rooms) for (const key of room.plain) keys.add(key);
  return keys;
}

function inSdkDialect(message: Message, room: Room): unknown[] {
  const meta: MessageMeta = { channel: room.name, id: message.id, timestamp: message.timestamp };
  if (message.sender !== undefined) meta.sender = { user_id: message.sender };
  const { event, args } = message;
  // Further arguments of a plain sender follow the meta, which is always the second.
  return args.length > 1 ? [event, args[0], meta, ...args.slice(1)] : [event, args[0], meta];
}
