import type { Position } from '../../../../src/protocol';
import { Recent } from '../../recent';
import type { BrokerMessage, RoomKey } from '../broker';
import type { LogEnd, LogReader } from './log-reader';

/** Messages that are kept while the log is read; beyond that it is read again. */
const MOST_WAITING = 1_000;

/** Ids of messages that this node has heard, of all rooms. */
const MOST_RECENT = 20_000;
const RECENT_FOR = 120_000;

interface Announced {
  readonly message: BrokerMessage;
  readonly rooms: readonly RoomKey[] | undefined;
  readonly position: Position;
  readonly entry: string;
}

export interface LogListener {
  heard(room: RoomKey, announced: Omit<Announced, 'entry'>): void;
  gap(room: RoomKey, position: Position): void;
}

/**
 * The messages of one room as this node hears them: in the order of the log and each once, by what is announced where that
 * follows on what was heard before, and by reading the log where it does not.
 */
export class HeardLog {
  /** What was heard last; none before the log was first read. */
  #heard: LogEnd | undefined;
  #reading: Promise<void> | undefined;
  #waiting: Announced[] = [];
  #missed = false;
  #left = false;

  constructor(
    private readonly room: RoomKey,
    private readonly reader: LogReader,
    private readonly recent: RecentIds,
    private readonly listener: LogListener,
    /** What is missing could not be read. */
    private readonly failed: () => void,
  ) {}

  /** Where it is, where nothing is being read. */
  get position(): Position | undefined {
    const heard = this.#heard;
    return heard && !this.#reading ? { epoch: heard.epoch, offset: heard.offset } : undefined;
  }

  get entry(): string {
    return this.#heard?.entry ?? '0-0';
  }

  leave(): void {
    this.#left = true;
  }

  announced(announced: Announced): void {
    if (this.#reading || !this.#heard) {
      this.#missed ||= this.#waiting.length >= MOST_WAITING;
      if (!this.#missed) this.#waiting.push(announced);
      return;
    }
    if (!this.#take(announced)) this.catchUp();
  }

  /** Whether an entry of that id has been heard already, or came before what was. */
  has(entry: string): boolean {
    return this.#heard !== undefined && !isAfter(entry, this.#heard.entry);
  }

  /** Something may have come that was not announced. */
  catchUp(): void {
    this.read().catch(this.failed);
  }

  /** Reads all that came since, and tells it. Refused where that can't be read; it is for the caller to try again. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#drain();
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const before = this.#heard;
    this.#missed = false;
    if (!before) {
      this.#heard = await this.reader.end(this.room);
      return;
    }
    const { end, entries = [] } = await this.reader.after(this.room, before.entry);
    if (this.#left) return;
    const start = end.offset - entries.length;
    if (end.epoch !== before.epoch || start !== before.offset) {
      this.listener.gap(this.room, { epoch: end.epoch, offset: start });
    }
    this.#heard = end;
    for (const [index, { message, rooms }] of entries.entries()) {
      const position = { epoch: end.epoch, offset: start + index + 1 };
      if (message && !this.#left) this.#tell({ message, rooms, position });
    }
  }

  /** Tells what came in the meantime, as far as it follows. */
  #drain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (!this.#heard || this.#left) return;
    const follows = waiting.every((announced) => this.#take(announced));
    if (!follows || this.#missed) this.catchUp();
  }

  /** Returns whether nothing is missing before it. */
  #take(announced: Announced): boolean {
    const { position, entry } = announced;
    const heard = this.#heard as LogEnd;
    if (this.#left || (position.epoch === heard.epoch && position.offset <= heard.offset)) return true;
    if (position.epoch !== heard.epoch || position.offset !== heard.offset + 1) return false;
    this.#heard = { ...position, entry };
    this.#tell(announced);
    return true;
  }

  #tell(announced: Omit<Announced, 'entry'>): void {
    // A backend may have written it in both ways, each of which counts.
    if (this.recent.isNew(this.room, announced.message.id)) this.listener.heard(this.room, announced);
  }
}

/** The ids of messages that were heard lately. */
export class RecentIds {
  readonly #recent = new Recent<string, true>(MOST_RECENT, RECENT_FOR, () => performance.now());

  isNew(room: RoomKey, id: string): boolean {
    const key = `${room} ${id}`;
    if (this.#recent.get(key)) return false;
    this.#recent.set(key, true);
    return true;
  }

  has(room: RoomKey, id: string): boolean {
    return this.#recent.get(`${room} ${id}`) !== undefined;
  }

  sweep(): void {
    this.#recent.sweep();
  }
}

/** Compares the ids of entries. */
function isAfter(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number);
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number);
  return time > otherTime || (time === otherTime && count > otherCount);
}
