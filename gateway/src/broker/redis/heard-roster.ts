import type { RoomKey, RosterChange, RosterPage } from '../broker';

export interface RosterListener {
  roster(room: RoomKey, change: RosterChange): void;
  rosterIs(room: RoomKey, page: RosterPage): void;
}

/** The changes of one room's roster as this node hears them: in the order of their versions, or the whole where one is missing. */
export class HeardRoster {
  #version: number | undefined;
  #reading: Promise<void> | undefined;
  #waiting: RosterChange[] = [];
  #left = false;

  constructor(
    private readonly room: RoomKey,
    private readonly snapshot: () => Promise<RosterPage>,
    private readonly listener: RosterListener,
    /** What is missing could not be read. */
    private readonly failed: () => void,
  ) {}

  leave(): void {
    this.#left = true;
  }

  announced(change: RosterChange): void {
    if (this.#reading || this.#version === undefined) {
      this.#waiting.push(change);
      return;
    }
    if (!this.#take(change)) this.read().catch(this.failed);
  }

  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#drain();
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const page = await this.snapshot();
    if (this.#left) return;
    this.#version = page.version;
    this.listener.rosterIs(this.room, page);
  }

  #drain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#version === undefined || this.#left) return;
    if (!waiting.every((change) => this.#take(change))) this.read().catch(this.failed);
  }

  /** Returns whether nothing is missing before it. */
  #take(change: RosterChange): boolean {
    const version = this.#version as number;
    if (this.#left || change.version <= version) return true;
    if (change.version > version + 1) return false;
    this.#version = change.version;
    this.listener.roster(this.room, change);
    return true;
  }
}
