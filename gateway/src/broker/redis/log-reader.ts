import type { Position } from '../../../../src/protocol';
import type { LogPage } from '../../log/room-log';
import type { BrokerMessage, RoomKey } from '../broker';
import type { Connection } from './connection';
import type { Keys } from './keys';
import { READ } from './log-scripts';
import { readEntry } from './message-json';
import { type RedisBrokerOptions, TIME_TO_LIVE } from './options';
import { freshEpoch } from './random';

/** Where a room's log is, and the id of its last entry. */
export interface LogEnd extends Position {
  readonly entry: string;
}

/** An entry of a log as it was found there. `undefined` where it is no message. */
export interface FoundEntry {
  readonly entry: string;
  readonly message: BrokerMessage | undefined;
  readonly rooms: readonly RoomKey[] | undefined;
}

interface Found {
  readonly end: LogEnd;
  readonly entries: readonly FoundEntry[] | undefined;
}

/** Reads the logs of rooms. */
export class LogReader {
  readonly #told = new Set<RoomKey>();

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly options: Pick<RedisBrokerOptions, 'bounds' | 'logger'>,
  ) {}

  /** What all scripts of a log begin with. */
  arguments(): (string | number)[] {
    const { messages, bytes, age } = this.options.bounds;
    return [this.connection.runId, freshEpoch(), messages, bytes, age, TIME_TO_LIVE];
  }

  /** Where the log is. Also has Redis forget what is too old. */
  async end(room: RoomKey): Promise<LogEnd> {
    return (await this.#read(room, 'last', 0)).end;
  }

  /** All that came after an entry, as far as it is there. */
  after(room: RoomKey, entry: string): Promise<Found> {
    return this.#read(room, 'after', entry);
  }

  async since(room: RoomKey, { epoch, offset }: Position): Promise<LogPage> {
    return pageOf(await this.#read(room, 'since', epoch, offset));
  }

  async last(room: RoomKey, count: number): Promise<LogPage> {
    const { end, entries = [] } = await this.#read(room, 'last', count);
    // What comes before something that can't be read would leave a hole.
    const start = entries.findLastIndex(({ message }) => !message) + 1;
    return pageOf({ end, entries: entries.slice(start) });
  }

  async #read(room: RoomKey, ...what: (string | number)[]): Promise<Found> {
    const { stream, log } = this.keys.of(room);
    const reply = await this.connection.run(READ, [stream, log], [...this.arguments(), ...what]);
    const [epoch, offset, entry, entries] = reply as [string, string, string, [string, string[]][] | null];
    return {
      end: { epoch, offset: Number(offset), entry },
      entries: entries?.map(([id, fields]) => this.#found(room, id, fields)),
    };
  }

  #found(room: RoomKey, entry: string, fields: readonly string[]): FoundEntry {
    const read = readEntry(entry, fields);
    if (typeof read !== 'string') return { entry, message: read.message, rooms: read.rooms };
    this.#complain(room, entry, read);
    return { entry, message: undefined, rooms: undefined };
  }

  #complain(room: RoomKey, entry: string, problem: string): void {
    const { logger } = this.options;
    const stream = this.keys.streamOf(room);
    if (this.#told.has(room)) return;
    if (this.#told.size > 1_000) this.#told.clear();
    this.#told.add(room);
    logger.warn({ stream, entry }, `an entry of a stream is no message: ${problem}`);
  }
}

function pageOf({ end: { epoch, offset }, entries }: Found): LogPage {
  const messages = entries?.map(({ message }) => message);
  const isWhole = messages?.every((message) => message !== undefined);
  return { position: { epoch, offset }, messages: isWhole ? messages : undefined };
}
