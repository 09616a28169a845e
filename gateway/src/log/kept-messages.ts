import type { Position } from '../../../src/protocol';
import type { LogEntry, LogPage } from './room-log';

interface Kept {
  readonly message: LogEntry;
  readonly bytes: number;
  readonly at: number;
}

/** What a message takes beside its payload and its names, in bytes. */
const OVERHEAD = 300;

/** The log of one room: how far it has come, and the last of its messages. */
export class KeptMessages {
  /** Of the last message; it stays when the messages are gone. */
  offset = 0;
  /** Those who are in the room. */
  holders = 0;
  /** When somebody was last in it, or sent to it. */
  touched = 0;
  bytes = 0;
  #kept: Kept[] = [];
  /** Those before it in the array are gone. */
  #start = 0;

  constructor(
    readonly key: string,
    readonly epoch: string,
  ) {}

  get length(): number {
    return this.#kept.length - this.#start;
  }

  get position(): Position {
    return { epoch: this.epoch, offset: this.offset };
  }

  /** When the first that is left came. */
  get oldest(): number {
    return this.#kept[this.#start]?.at ?? Number.POSITIVE_INFINITY;
  }

  push(message: LogEntry, at: number): void {
    const bytes = OVERHEAD + message.payload.bytes + 2 * (message.event.length + message.id.length);
    this.offset += 1;
    this.bytes += bytes;
    this.#kept.push({ message, bytes, at });
  }

  /** Forgets the first. */
  shift(): void {
    this.bytes -= this.#kept[this.#start]?.bytes ?? 0;
    this.#kept[this.#start] = undefined as unknown as Kept;
    this.#start += 1;
    if (this.#start * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#start);
    this.#start = 0;
  }

  clear(): void {
    this.#kept = [];
    this.#start = 0;
    this.bytes = 0;
  }

  /** The last so many; without messages where there are not that many. */
  tail(count: number): LogPage {
    const { position, length } = this;
    if (!(count >= 0 && count <= length)) return { position, messages: undefined };
    return {
      position,
      messages: this.#kept.slice(this.#kept.length - count).map(({ message }) => message),
    };
  }
}
