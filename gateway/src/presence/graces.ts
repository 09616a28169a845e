import type { Room } from '../room';
import type { Space } from '../space';
import { gone } from './presence';

interface Lost {
  readonly space: Space;
  readonly room: Room;
  readonly userId: string;
  readonly at: number;
}

/** Users whose last connection to a presence room was lost, and who stay in its roster for a while. */
export class Graces {
  readonly #time: number;
  readonly #now: () => number;
  /** All have the same time, so the first of them is the first to go. */
  readonly #lost = new Set<Lost>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `time` that they stay and `now`, of a clock that never goes back, in ms. */
  constructor(time: number, now: () => number) {
    this.#time = time;
    this.#now = now;
  }

  /** Takes a lost connection out of a roster; the user goes when it was the last and no other has come in time. */
  lose(space: Space, room: Room, userId: string, connection: string): void {
    const at = this.#now();
    if (!room.roster?.lose(userId, connection, at) || this.#isStopped) return;
    // So that the roster is still there when the user comes back as the only one.
    space.hold(room.name);
    this.#lost.add({ space, room, userId, at });
    this.#timer ??= setTimeout(() => this.#tell(), this.#time).unref();
  }

  /** Nobody is told of anybody any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const now = this.#now();
    for (const lost of this.#lost) {
      const left = lost.at + this.#time - now;
      if (left > 0) {
        this.#timer = setTimeout(() => this.#tell(), Math.ceil(left)).unref();
        return;
      }
      this.#lost.delete(lost);
      const { space, room, userId, at } = lost;
      const userInfo = room.roster?.info(userId);
      if (room.roster?.expire(userId, at)) gone(space, room, userId, userInfo);
      space.release(room);
    }
  }
}
