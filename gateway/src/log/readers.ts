import type { Socket } from 'socket.io';
import { clientIdOf } from '../delivery/dialects';
import { Recent } from '../recent';

/** Sockets that are remembered beyond their end. */
const MOST_GONE = 10_000;

/** Who a socket is to the logs of rooms: what an SDK client still is after it has come back by another socket. */
export function readerOf(socket: Socket): string {
  const client = clientIdOf(socket);
  // No socket's id begins so.
  return client === undefined ? socket.id : `@${client}`;
}

/** Knows who is meant by the id of a socket, also of one that is gone. */
export class Readers {
  readonly #here = new Map<string, string>();
  readonly #gone: Recent<string, string>;
  /** Sockets of this node whose readers other nodes know. */
  readonly #told: Recent<string, true>;

  /** `age` and `now`, of a clock that never goes back, in ms. */
  constructor(age: number, now: () => number) {
    this.#gone = new Recent(MOST_GONE, age, now);
    this.#told = new Recent(MOST_GONE, age, now);
  }

  enter(socketId: string, reader: string): void {
    if (reader !== socketId) this.#here.set(socketId, reader);
  }

  leave(socketId: string): void {
    const reader = this.#here.get(socketId);
    if (reader === undefined) return;
    this.#here.delete(socketId);
    this.#gone.set(socketId, reader);
  }

  of(socketIds: Iterable<string>): string[] {
    return Array.from(socketIds, (id) => this.#here.get(id) ?? this.#gone.get(id) ?? id);
  }

  /** Who a socket is that is, or was, here, unless that was asked before. */
  ownUntold(socketId: string): string | undefined {
    const reader = this.#here.get(socketId) ?? this.#gone.get(socketId);
    if (reader === undefined || this.#told.get(socketId)) return undefined;
    this.#told.set(socketId, true);
    return reader;
  }

  /** Another node tells who a socket is. */
  learn(socketId: string, reader: string): void {
    this.#told.set(socketId, true);
    this.#gone.set(socketId, reader);
  }

  sweep(): void {
    this.#gone.sweep();
    this.#told.sweep();
  }
}
