import type { Namespace } from 'socket.io';
import type { Position } from '../../../src/protocol';
import { inEchoDialect } from '../echo/form';
import type { RoomLog } from '../log/room-log';
import { isThenable } from '../replies';
import type { Room } from '../room';
import { inSdkDialect, metaOf } from './dialects';
import type { Packet } from './gate';
import type { Message } from './message';
import { Payload } from './payload';

const EVENT_PACKET = 2;
const NOBODY: ReadonlySet<string> = new Set();

export interface DeliveryOptions {
  /** No other process has members, so a dialect that nobody here speaks need not be encoded. */
  readonly alone: boolean;
  /** Packets may bring their text along. */
  readonly takesTexts: boolean;
  readonly log: RoomLog | undefined;
  /** What could not be logged is delivered all the same. */
  readonly onLogError: (error: unknown) => void;
}

/** Sends messages to the members of one namespace's rooms: each is encoded once a dialect, whatever the number of receivers. */
export class Delivery {
  readonly #namespace: Namespace;
  readonly #options: DeliveryOptions;
  readonly #roomOf: (name: string) => Room | undefined;

  /** `roomOf` gives the room that somebody is in. */
  constructor(namespace: Namespace, options: DeliveryOptions, roomOf: (name: string) => Room | undefined) {
    this.#namespace = namespace;
    this.#options = options;
    this.#roomOf = roomOf;
  }

  publish(rooms: readonly Room[], message: Message, except: ReadonlySet<string> = NOBODY): void {
    const { log, onLogError } = this.#options;
    if (!log || !message.notFor) {
      this.#send(rooms, message, undefined, [], except);
      return;
    }
    const { event, id, timestamp, sender, notFor } = message;
    const payload = new Payload(message.args);
    const logged = { event, payload, id, timestamp, sender, notFor };
    const places = rooms.map((room) => log.append(room.key, logged));
    if (!places.some(isThenable)) {
      this.#send(rooms, message, payload, places as Position[], except);
      return;
    }
    const send = (positions: readonly Position[]) => {
      // The rooms may have been left and entered meanwhile.
      const now = rooms.map((room) => this.#roomOf(room.name) ?? room);
      this.#send(now, message, payload, positions, except);
    };
    Promise.all(places).then(send, (error: unknown) => {
      onLogError(error);
      send([]);
    });
  }

  /** To those plain clients alone that came by `subscribe`. */
  publishToSubscribers(room: Room, event: string, payload: unknown, except = NOBODY): void {
    if (this.#mayHear(room.subscribers))
      this.#write(room.subscribers, { data: [event, payload], text: undefined }, false, except);
  }

  /** To one connection, by its socket's id. */
  sendTo(socketId: string, packet: Packet): void {
    this.#write(new Set([socketId]), packet, false, NOBODY);
  }

  /** Connections in a room, on this node. */
  connections(room: Room): number {
    let count = 0;
    for (const key of [...room.plain, ...room.sdk, ...room.echo])
      count += this.#namespace.adapter.rooms.get(key)?.size ?? 0;
    return count;
  }

  #send(
    rooms: readonly Room[],
    message: Message,
    payload: Payload | undefined,
    positions: readonly Position[],
    except: ReadonlySet<string>,
  ): void {
    const only = rooms[0];
    if (!only) return;
    const form = new Form(message, this.#options.takesTexts ? payload : undefined);
    const plain = rooms.length === 1 ? only.plain : plainOf(rooms);
    const hearers = this.#besideGates(rooms, form, positions, plain, except);
    if (this.#mayHear(plain)) this.#write(plain, form.plain(), message.volatile, hearers);
    // One copy for each shared room, which both of these name; the SDK drops repeats by id.
    for (const [index, room] of rooms.entries()) {
      if (this.#mayHear(room.sdk))
        this.#write(room.sdk, form.sdk(room, positions[index]), message.volatile, hearers);
      if (this.#mayHear(room.echo)) this.#write(room.echo, form.echo(room), message.volatile, hearers);
    }
  }

  /** Gives gates what is for them. Returns who must not get it otherwise. */
  #besideGates(
    rooms: readonly Room[],
    form: Form,
    positions: readonly Position[],
    plain: ReadonlySet<string>,
    except: ReadonlySet<string>,
  ): ReadonlySet<string> {
    let left = except;
    for (const [index, room] of rooms.entries()) {
      if (room.gates.size === 0) continue;
      const position = positions[index];
      for (const gate of [...room.gates]) {
        if (!gate.isShut) {
          if (gate.stops(position)) left = new Set([...left, gate.socketId]);
        } else if (position && !except.has(gate.socketId)) {
          // A plain client gets one copy, and has it already where it hears another of the rooms.
          if (gate.dialect === 'sdk') gate.hold(form.sdk(room, position), position);
          else if (!this.#isIn(plain, gate.socketId)) gate.hold(form.plain(), position);
        }
      }
    }
    return left;
  }

  #isIn(keys: ReadonlySet<string>, socketId: string): boolean {
    for (const key of keys) if (this.#namespace.adapter.rooms.get(key)?.has(socketId)) return true;
    return false;
  }

  #mayHear(keys: ReadonlySet<string>): boolean {
    if (!this.#options.alone) return true;
    for (const key of keys) if (this.#namespace.adapter.rooms.has(key)) return true;
    return false;
  }

  /** What `namespace.to(…).except(…).emit(…)` ends in, without the three operators that it builds on the way. */
  #write(
    rooms: ReadonlySet<string>,
    { data, text }: Packet,
    volatile: boolean | undefined,
    except: ReadonlySet<string>,
  ) {
    const packet = text === undefined ? { type: EVENT_PACKET, data } : { type: EVENT_PACKET, data, text };
    this.#namespace.adapter.broadcast(
      packet,
      // The adapters only read these.
      {
        rooms: rooms as Set<string>,
        except: except as Set<string>,
        flags: volatile ? { volatile: true } : {},
      },
    );
  }
}

/** A message in the forms in which it goes out. */
class Form {
  readonly #message: Message;
  readonly #texts: readonly string[] | undefined;

  /** `payload` where its texts are what goes out. */
  constructor(message: Message, payload: Payload | undefined) {
    this.#message = message;
    this.#texts = payload?.isBinary ? undefined : payload?.texts;
  }

  plain(): Packet {
    const { event, args } = this.#message;
    return { data: [event, ...args], text: this.#texts && joined(event, this.#texts) };
  }

  sdk(room: Room, position: Position | undefined): Packet {
    const { event, args } = this.#message;
    const meta = metaOf(this.#message, room.name, position);
    const [first = 'null', ...rest] = this.#texts ?? [];
    const text = this.#texts && joined(event, [first, JSON.stringify(meta), ...rest]);
    return { data: inSdkDialect(event, args, meta), text };
  }

  echo(room: Room): Packet {
    const data = inEchoDialect(this.#message, room);
    const isOther = this.#message.echo !== undefined;
    const text =
      this.#texts && !isOther
        ? joined(data[0] as string, [JSON.stringify(room.name), ...this.#texts])
        : undefined;
    return { data, text };
  }
}

function joined(event: string, texts: readonly string[]): string {
  let text = `[${JSON.stringify(event)}`;
  for (const each of texts) text += `,${each}`;
  return `${text}]`;
}

/** The plain receivers of several rooms, each of whom gets a message once. */
function plainOf(rooms: readonly Room[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const room of rooms) for (const key of room.plain) keys.add(key);
  return keys;
}
