import type { RoomKey } from '../broker';
import type { LogReader } from './log-reader';
import type { Rooms } from './rooms';

const SWEEP_INTERVAL = 10_000;
const REFRESH_INTERVAL = 3_600_000;
/** What is refreshed at once. */
const AT_ONCE = 100;

interface Rest {
  readonly reader: LogReader;
  readonly rooms: Rooms;
  /** Ms that a message is kept. */
  readonly age: number;
  isReady(): boolean;
  sweep(): void;
  refresh(): Promise<void>;
  renew(): Promise<void>;
}

/** Has Redis forget what is too old, and keep what is in use. */
export class Upkeep {
  /** Rooms whose logs have messages by this node, and when they will be too old. */
  readonly #touched = new Map<RoomKey, number>();
  #timer: NodeJS.Timeout | undefined;
  #refreshed = performance.now();

  constructor(private readonly rest: Rest) {}

  start(): void {
    this.#timer = setInterval(() => void this.#sweep().catch(() => {}), SWEEP_INTERVAL);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  touched(room: RoomKey): void {
    if (!this.#touched.has(room)) this.#touched.set(room, performance.now() + this.rest.age);
  }

  async #sweep(): Promise<void> {
    const { reader, rooms } = this.rest;
    rooms.recent.sweep();
    this.rest.sweep();
    if (!this.rest.isReady()) return;
    await this.rest.renew();
    const now = performance.now();
    for (const [room, due] of this.#touched) {
      if (due > now) break;
      this.#touched.delete(room);
      await reader.end(room);
    }
    if (now - this.#refreshed < REFRESH_INTERVAL) return;
    this.#refreshed = now;
    await this.rest.refresh();
    const all = [...rooms.all()];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const some = all.slice(start, start + AT_ONCE).filter(({ isLeft }) => !isLeft);
      await Promise.all(
        some.flatMap((room) => [reader.end(room.key), room.roster?.read() ?? Promise.resolve()]),
      );
    }
  }
}
