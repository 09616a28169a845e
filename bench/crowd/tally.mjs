import { machineTime } from './process.mjs';

/** Ms of the machine's clock, of which a `BigInt` of ns would be too slow to work with. */
const now = () => Number(machineTime()) / 1e6;

/** What one client has been through: which of the numbered messages came, when, and how long it was away. */
export class Tally {
  received = 0;
  repeats = 0;
  /** Came after one with a higher number. */
  late = 0;
  live = [];
  recovered = [];
  away = [];
  isUp = false;
  #seen = new Set();
  #highest = 0;
  #upSince = 0;
  #cutAt;

  hear({ n, at }) {
    if (n === 0) return;
    if (this.#seen.has(n)) {
      this.repeats += 1;
      return;
    }
    this.#seen.add(n);
    this.received += 1;
    if (n < this.#highest) this.late += 1;
    this.#highest = Math.max(n, this.#highest);
    const published = Number(at) / 1e6;
    // What was published before this connection was up is recovered, whatever way it came.
    (published < this.#upSince ? this.recovered : this.live).push(now() - published);
  }

  up() {
    this.#upSince = now();
  }

  inRoom() {
    this.isUp = true;
    if (this.#cutAt !== undefined) this.away.push(now() - this.#cutAt);
    this.#cutAt = undefined;
  }

  down() {
    this.isUp = false;
    // Socket.IO hands over what it has recovered before it says that it is connected.
    this.#upSince = Number.POSITIVE_INFINITY;
  }

  cut() {
    this.down();
    this.#cutAt ??= now();
  }
}
