import type { Position } from '../../../src/protocol';
import { Recent } from '../recent';
import type { Claim, RoomKey } from './broker';

/** What has been done once, and must not be done again. */
export class HubClaims {
  /** Claims that are under way, by the nodes that have them. */
  readonly #busy = new Map<string, string>();
  readonly #done: Recent<string, string>;
  /** Where the messages went whose ids outlive a connection. */
  readonly #places: Recent<string, { readonly position: Position | undefined }>;

  /** `age` and `now`, of a clock that never goes back, in ms. */
  constructor(most: number, age: number, now: () => number) {
    this.#done = new Recent(most, age, now);
    this.#places = new Recent(most, age, now);
  }

  claim(node: string, id: string): Claim {
    const outcome = this.#done.get(id);
    if (outcome !== undefined) return { type: 'done', outcome };
    if (this.#busy.has(id)) return { type: 'busy' };
    this.#busy.set(id, node);
    return { type: 'mine', settle: async (result) => this.#settle(node, id, result) };
  }

  placeOf(room: RoomKey, id: string) {
    return this.#places.get(`${room} ${id}`);
  }

  remember(room: RoomKey, id: string, position: Position | undefined): void {
    this.#places.set(`${room} ${id}`, { position });
  }

  purge(node: string): void {
    for (const [id, owner] of this.#busy) if (owner === node) this.#busy.delete(id);
  }

  sweep(): void {
    this.#done.sweep();
    this.#places.sweep();
  }

  #settle(node: string, id: string, outcome: string | undefined): void {
    if (this.#busy.get(id) !== node) return;
    this.#busy.delete(id);
    if (outcome !== undefined) this.#done.set(id, outcome);
  }
}
