import { randomBytes } from 'node:crypto';
import type { Position } from '../../../src/protocol';
import { KeptMessages } from './kept-messages';
import type { LogEntry, LogPage, LogSizes, RoomLog } from './room-log';

export interface LogBounds {
  /** Ms that a message is kept. */
  readonly age: number;
  /** Messages of one room. */
  readonly messages: number;
  /** Bytes of one room. */
  readonly bytes: number;
  /** Rooms that have messages. */
  readonly rooms: number;
  /** Bytes of all rooms together. */
  readonly totalBytes: number;
}

/**
 * Logs in the memory of this process. Each room's has an epoch of its own, which begins when somebody enters the
 * room, or something is sent there, and ends when it is forgotten: so a position is never taken for one of another log.
 */
export class MemoryRoomLog implements RoomLog {
  readonly #bounds: LogBounds;
  readonly #now: () => number;
  readonly #process = randomBytes(6).toString('base64url');
  readonly #logs = new Map<string, KeptMessages>();
  /** Those with messages, the one first that was longest not written to. */
  readonly #written = new Set<KeptMessages>();
  /** The one that is last there, most often: it needs no new place. */
  #newest: KeptMessages | undefined;
  /** Those of rooms that nobody is in, the one first that was longest not touched. */
  readonly #left = new Set<KeptMessages>();
  #created = 0;
  #messages = 0;
  #bytes = 0;

  /** `now` in ms, of a clock that never goes back. */
  constructor(bounds: LogBounds, now: () => number) {
    this.#bounds = bounds;
    this.#now = now;
  }

  append(key: string, message: LogEntry): Position {
    const now = this.#now();
    const log = this.#log(key);
    this.#bytes -= log.bytes;
    log.push(message, now);
    this.#bytes += log.bytes;
    this.#messages += 1;
    if (this.#newest !== log || log.length === 1) putLast(this.#written, log);
    this.#newest = log;
    this.#touch(log, now);
    const { position } = log;
    this.#trim(log, now);
    this.#makeRoom();
    return position;
  }

  position(key: string): Position {
    return this.#log(key).position;
  }

  since(key: string, { epoch, offset }: Position): LogPage {
    const log = this.#log(key);
    this.#trim(log, this.#now());
    return log.tail(log.epoch === epoch ? log.offset - offset : Number.NaN);
  }

  last(key: string, count: number): LogPage {
    const log = this.#log(key);
    this.#trim(log, this.#now());
    return log.tail(Math.min(count, log.length));
  }

  hold(key: string): void {
    const log = this.#log(key);
    log.holders += 1;
    this.#left.delete(log);
  }

  release(key: string): void {
    const log = this.#log(key);
    log.holders -= 1;
    this.#touch(log, this.#now());
  }

  sizes(): LogSizes {
    return { rooms: this.#written.size, messages: this.#messages, bytes: this.#bytes };
  }

  sweep(): void {
    const now = this.#now();
    const old = now - this.#bounds.age;
    for (const log of this.#written) {
      this.#trim(log, now);
      // What comes after it was written to later.
      if (log.length > 0) break;
    }
    for (const log of this.#left) {
      if (log.touched > old) break;
      this.#forget(log);
    }
  }

  #log(key: string): KeptMessages {
    let log = this.#logs.get(key);
    if (!log) {
      log = new KeptMessages(key, `${this.#process}.${this.#created.toString(36)}`);
      this.#created += 1;
      this.#logs.set(key, log);
      this.#touch(log, this.#now());
    }
    return log;
  }

  #touch(log: KeptMessages, now: number): void {
    log.touched = now;
    if (log.holders > 0) return;
    putLast(this.#left, log);
    for (const oldest of this.#left) {
      if (this.#left.size <= this.#bounds.rooms) break;
      this.#forget(oldest);
    }
  }

  /** Forgets what is beyond the bounds of one room. */
  #trim(log: KeptMessages, now: number): void {
    const { age, messages, bytes } = this.#bounds;
    while (log.length > messages || log.bytes > bytes || log.oldest <= now - age) {
      this.#bytes -= log.bytes;
      log.shift();
      this.#bytes += log.bytes;
      this.#messages -= 1;
    }
    if (log.length === 0) this.#written.delete(log);
  }

  /** Forgets what is beyond the bounds of all rooms. How far a room has come stays known while somebody is in it. */
  #makeRoom(): void {
    const { rooms, totalBytes } = this.#bounds;
    for (const log of this.#written) {
      if (this.#written.size <= rooms && this.#bytes <= totalBytes) break;
      this.#empty(log);
    }
  }

  #empty(log: KeptMessages): void {
    this.#messages -= log.length;
    this.#bytes -= log.bytes;
    log.clear();
    this.#written.delete(log);
  }

  #forget(log: KeptMessages): void {
    this.#empty(log);
    this.#left.delete(log);
    this.#logs.delete(log.key);
    if (this.#newest === log) this.#newest = undefined;
  }
}

function putLast<T>(set: Set<T>, item: T): void {
  set.delete(item);
  set.add(item);
}
