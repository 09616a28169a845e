import type { Position } from '../../../src/protocol';
import type { LogEntry, LogPage } from './room-log';

/** What a message takes beside its payload and its names, in bytes. */
const OVERHEAD = 360;

/** The log of one room: how far it has come, and the last of its messages. */
export class KeptMessages {
  /** Of the last message; it stays when the messages are gone. */
  offset = 0;
  /** Those who are in the room. */
  holders = 0;
  /** When somebody was last in it, or sent to it. */
  touched = 0;
  bytes = 0;
  #entries: LogEntry[] = [];
  /** When each of them came; beside them, as an object for both would cost more than either. */
  #times: number[] = [];
  /** Those before it are gone. */
  #start = 0;

  constructor(
    readonly key: string,
    readonly epoch: string,
  ) {}

  get length(): number {
    return this.#entries.length - this.#start;
  }

  get position(): Position {
    return { epoch: this.epoch, offset: this.offset };
  }

  /** When the first that is left came. */
  get oldest(): number {
    return this.#times[this.#start] ?? Number.POSITIVE_INFINITY;
  }

  push(entry: LogEntry, at: number): void {
    this.offset += 1;
    this.bytes += bytesOf(entry);
    this.#entries.push(entry);
    this.#times.push(at);
  }

  /** Forgets the first. */
  shift(): void {
    const start = this.#start;
    this.bytes -= bytesOf(this.#entries[start] as LogEntry);
    this.#entries[start] = GONE;
    this.#start = start + 1;
    if (this.#start * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#times = this.#times.slice(this.#start);
    this.#start = 0;
  }

  clear(): void {
    this.#entries = [];
    this.#times = [];
    this.#start = 0;
    this.bytes = 0;
  }

  /** The last so many; without messages where there are not that many. */
  tail(count: number): LogPage {
    const { position, length } = this;
    if (!(count >= 0 && count <= length)) return { position, messages: undefined };
    return { position, messages: this.#entries.slice(this.#entries.length - count) };
  }
}

/** In the place of what is gone, so that it can be freed. */
const GONE = undefined as unknown as LogEntry;

function bytesOf({ payload, event, id }: LogEntry): number {
  return OVERHEAD + payload.bytes + 2 * (event.length + id.length);
}
