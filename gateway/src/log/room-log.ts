import type { Position } from '../../../src/protocol';
import type { Payload } from '../delivery/payload';

type Later<T> = T | PromiseLike<T>;

/** A message as a room's log keeps it. */
export interface LogEntry {
  readonly event: string;
  readonly payload: Payload;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Id of the user who sent it. */
  readonly sender?: string | undefined;
  /** Those that it was not for, its sender among them: ids of clients that outlive their connections. */
  readonly notFor: readonly string[];
}

/** The end of a room's log, up to where it was when it was read. */
export interface LogPage {
  /** Where it was: the place of the last message, and of the one before it one less, and so on. */
  readonly position: Position;
  /** Without holes; `undefined` where some of what was asked for is gone. */
  readonly messages: readonly LogEntry[] | undefined;
}

export interface LogSizes {
  rooms: number;
  messages: number;
  /** What they take, so nearly that the difference doesn't matter. */
  bytes: number;
}

/**
 * The messages of all rooms, for a while. A room is named by its key (`logKey`).
 *
 * It answers at once where it is in this process, and later where it is not. A log that several gateways share has to count,
 * keep and announce a message in one step: then each of them hears of the messages of a room in the order of their
 * positions. What it tells of a position is the whole truth: all that came after it, or nothing but where the log is now.
 */
export interface RoomLog {
  /** Keeps a message, and gives its place. */
  append(key: string, message: LogEntry): Later<Position>;
  /** Where the room's log is. */
  position(key: string): Later<Position>;
  /** All that came after a position. */
  since(key: string, position: Position): Later<LogPage>;
  /** The last so many messages, or as many as there are. */
  last(key: string, count: number): Later<LogPage>;
  /** Somebody is in the room from now on, so its positions have to hold. */
  hold(key: string): void;
  /** One of those that held it is gone. */
  release(key: string): void;
  sizes(): LogSizes;
  /** Forgets what is too old. */
  sweep(): void;
}

/** Names a room of a namespace, whose own name holds no space. */
export function logKey(namespace: string, room: string): string {
  return `${namespace} ${room}`;
}
