import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { listenOn } from '../listening';
import type { Handed } from './messages';

/** Connections that may wait for a worker, when there is none. */
const MOST_WAITING = 2_000;

/** How a worker is given connections. */
export interface Hands {
  /** `keepOpen`: in this process too. `done` when it is on its way, with an error where it can't be. */
  hand(message: Handed, socket: Socket, keepOpen: boolean, done: (error: Error | null) => void): void;
}

interface Taker {
  readonly hands: Hands;
  /** Connections that it may have at once. */
  readonly most: number;
  open: number;
  /** The number of the last that it was given. */
  last: number;
  isClosing: boolean;
  /** Given to it, and not taken yet. Those that are still in the queue of the system's channel can be given to another. */
  readonly given: Map<number, { readonly socket: Socket; readonly isNew: boolean; isSent: boolean }>;
}

/**
 * A port that the primary holds for its workers, so that it stays open whatever becomes of them. Nothing is read here: each
 * connection goes as it is to the worker that has the fewest.
 */
export class Front {
  readonly #takers = new Map<number, Taker>();
  readonly #waiting: Socket[] = [];
  readonly #server: Server;
  readonly #unit: number;
  #given = 0;

  private constructor(unit: number) {
    this.#unit = unit;
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Rejects with an error that says what to do. */
  static async open(unit: number, port: number, host: string): Promise<Front> {
    const front = new Front(unit);
    await listenOn(front.#server, port, host);
    // Such as too many open files: the next connection may fare better.
    front.#server.on('error', () => {});
    return front;
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  /** From now on this worker is given connections. */
  offer(worker: number, hands: Hands, most: number): void {
    this.#takers.set(worker, { hands, most, open: 0, last: 0, isClosing: false, given: new Map() });
    for (const socket of this.#waiting.splice(0)) this.#accept(socket);
  }

  /** It is to have no new ones, as long as there is another. */
  spare(worker: number): void {
    const taker = this.#takers.get(worker);
    if (taker) taker.isClosing = true;
  }

  /** The worker is gone. What it has not been given yet goes to another. */
  withdraw(worker: number): void {
    const taker = this.#takers.get(worker);
    if (!taker) return;
    this.#takers.delete(worker);
    for (const { socket, isNew, isSent } of taker.given.values()) {
      // What has been read from can't begin anew.
      if (isNew && !isSent) this.#accept(socket);
      else socket.destroy();
    }
  }

  took(worker: number, number: number): void {
    const given = this.#takers.get(worker)?.given;
    given?.get(number)?.socket.destroy();
    given?.delete(number);
  }

  /** A connection of the worker has ended, or gone to another. */
  gone(worker: number): void {
    const taker = this.#takers.get(worker);
    if (taker) taker.open -= 1;
  }

  /** Gives a connection that began at one worker to another. */
  move(to: number, head: Uint8Array, socket: Socket): void {
    const taker = this.#takers.get(to);
    if (taker) this.#give(to, taker, socket, head);
    else socket.destroy();
  }

  /** Takes no more connections. */
  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
  }

  #accept(socket: Socket): void {
    const [worker, taker] = this.#choose() ?? [];
    if (worker !== undefined && taker) this.#give(worker, taker, socket);
    else if (this.#takers.size === 0 && this.#waiting.length < MOST_WAITING) this.#waiting.push(socket);
    else socket.destroy();
  }

  #choose(): [number, Taker] | undefined {
    let best: [number, Taker] | undefined;
    for (const entry of this.#takers) {
      if (entry[1].open < entry[1].most && (!best || isBetter(entry[1], best[1]))) best = entry;
    }
    return best;
  }

  #give(worker: number, taker: Taker, socket: Socket, head?: Uint8Array): void {
    this.#given += 1;
    const number = this.#given;
    const given = { socket, isNew: head === undefined, isSent: false };
    taker.open += 1;
    taker.last = number;
    taker.given.set(number, given);
    // A connection that is reset while it waits.
    socket.on('error', () => {});
    const message: Handed = head
      ? { type: 'moved', unit: this.#unit, worker, head, socket: number }
      : { type: 'connection', unit: this.#unit, socket: number };
    // What is new stays open here until the worker has it, so that one that dies before doesn't take it along.
    taker.hands.hand(message, socket, given.isNew, (error) => {
      given.isSent = true;
      if (error) socket.destroy();
    });
  }
}

function isBetter(one: Taker, other: Taker): boolean {
  if (one.isClosing !== other.isClosing) return other.isClosing;
  return one.open === other.open ? one.last < other.last : one.open < other.open;
}
