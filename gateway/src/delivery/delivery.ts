import type { Namespace } from 'socket.io';
import { GAP, type GapPayload, type Position } from '../../../src/protocol';
import type { Broker, BrokerMessage } from '../broker/broker';
import type { RoomLog } from '../log/room-log';
import { isThenable } from '../replies';
import type { Room } from '../room';
import { EVENT_PACKET, Form, TextPacket } from './form';
import type { Packet } from './gate';
import { fill, type Receivers } from './gated';
import { HeardMessage } from './heard-message';
import type { Message } from './message';
import { Payload } from './payload';
import { throughBroker } from './through-broker';

const NOBODY: ReadonlySet<string> = new Set();
const NO_ROOMS: readonly Room[] = [];

export interface DeliveryOptions {
  /** No other process has members, so a dialect that nobody here speaks need not be encoded. */
  readonly alone: boolean;
  /** Packets may bring their text along. */
  readonly takesTexts: boolean;
  readonly log: RoomLog | undefined;
  /** What could not be logged is delivered all the same. */
  readonly onLogError: (error: unknown) => void;
  /** What is published goes through it, and is delivered here when it is heard. */
  readonly broker: Broker | undefined;
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

  /**
   * Sends a message to all members of the rooms. A promise where that takes its time, which rejects with a `BrokerError` for
   * a message that could not be published.
   */
  publish(rooms: readonly Room[], message: Message, except = NOBODY): undefined | Promise<void> {
    const { log, broker, onLogError } = this.#options;
    if (broker)
      return throughBroker(broker, rooms, message, except, () => this.announce(rooms, message, except));
    if (!log || !message.notFor) {
      this.announce(rooms, message, except);
      return undefined;
    }
    const { event, id, timestamp, sender, notFor } = message;
    const payload = new Payload(message.args);
    const logged = { event, payload, id, timestamp, sender, notFor };
    const places = rooms.map((room) => log.append(room.key, logged));
    if (!places.some(isThenable)) {
      this.#send(rooms, message, payload, places as Position[], except);
      return undefined;
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
    return undefined;
  }

  /** To the members of rooms on this node alone, where there is a broker; no log keeps it. */
  announce(rooms: readonly Room[], message: Message, except = NOBODY): void {
    this.#send(rooms, message, undefined, [], except);
  }

  /** To the members of a room on this node, but those plain clients that an `earlier` room has brought it to. */
  hear(room: Room, message: BrokerMessage, position: Position | undefined, earlier: readonly Room[]): void {
    const except = message.except.length > 0 ? new Set(message.except) : NOBODY;
    const place = this.#options.log ? position : undefined;
    this.#send([room], new HeardMessage(message), message.payload, [place], except, earlier);
  }

  /** Tells the members of a room on this node that what came before a position is lost. */
  tellGap(room: Room, position: Position): void {
    const payload: GapPayload = { channel: room.name, position };
    const plain = { data: [GAP, payload], text: undefined };
    const sdk = { data: [GAP, payload, payload], text: undefined };
    for (const gate of room.gates) if (gate.isShut) gate.hold(gate.dialect === 'sdk' ? sdk : plain, position);
    if (this.#mayHear(room.plain)) this.#write(room.plain, plain, false, NOBODY);
    if (this.#mayHear(room.sdk)) this.#write(room.sdk, sdk, false, NOBODY);
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
    positions: readonly (Position | undefined)[],
    except: ReadonlySet<string>,
    earlier = NO_ROOMS,
  ): void {
    const only = rooms[0];
    if (!only) return;
    const form = new Form(message, this.#options.takesTexts ? payload : undefined);
    const plain = rooms.length === 1 ? only.plain : plainOf(rooms);
    const hears = earlier.length === 0 ? plain : plainOf([...rooms, ...earlier]);
    const receivers: Receivers = { except, hears: (socketId) => this.#isIn(hears, socketId) };
    const hearers = fill(rooms, earlier, form, positions, receivers);
    if (this.#mayHear(plain)) {
      const others = earlier.length === 0 ? hearers : new Set([...hearers, ...plainOf(earlier)]);
      this.#write(plain, form.plain(), message.volatile, others);
    }
    // One copy for each shared room, which both of these name; the SDK drops repeats by id.
    for (const [index, room] of rooms.entries()) {
      if (this.#mayHear(room.sdk))
        this.#write(room.sdk, form.sdk(room, positions[index]), message.volatile, hearers);
      if (this.#mayHear(room.echo)) this.#write(room.echo, form.echo(room), message.volatile, hearers);
    }
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
    packet: Packet,
    volatile: boolean | undefined,
    except: ReadonlySet<string>,
  ) {
    const { broker } = this.#options;
    this.#namespace.adapter.broadcast(
      packet instanceof TextPacket ? packet : { type: EVENT_PACKET, data: packet.data },
      // The adapters only read these.
      {
        rooms: rooms as Set<string>,
        except: except as Set<string>,
        flags: { ...(broker && { local: true }), ...(volatile && { volatile: true }) },
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
