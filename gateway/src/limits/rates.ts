import { isRecord, JOIN_EVENTS } from '../../../src/protocol';
import type { LimitSettings } from '../config/limit-settings';
import { TokenBucket } from './token-bucket';

const JOINS = new Set<unknown>(JOIN_EVENTS);

/** Refusals at once that are no abuse, however small the burst. */
const LEAST_PATIENCE = 100;

export type RateLimit = 'messages_per_second' | 'joins_per_second' | 'bytes_per_second';

/** A rate that has been passed. */
export interface Excess {
  readonly limit: RateLimit;
  /** Ms until the same would be let through. */
  readonly retryAfter: number;
}

/** How much one connection may send, over all of its namespaces. Knows nothing of sockets; `now` is in ms. */
export class Rates {
  readonly #messages: TokenBucket | undefined;
  readonly #joins: TokenBucket | undefined;
  readonly #bytes: TokenBucket | undefined;
  readonly #bytesBurst: number;
  readonly #history: TokenBucket | undefined;
  readonly #historyBurst: number;
  /** Who goes on sending what is refused has as much patience as messages, and then none. */
  readonly #patience: TokenBucket | undefined;

  constructor(limits: LimitSettings, now: number) {
    const bucket = (rate: number, burst: number) =>
      rate === 0 ? undefined : new TokenBucket(rate, burst, now);
    this.#messages = bucket(limits.messages_per_second, limits.messages_burst);
    this.#joins = bucket(limits.joins_per_second, limits.joins_burst);
    // One packet of the largest size must always be possible.
    this.#bytesBurst = Math.max(limits.bytes_burst, limits.max_payload);
    this.#bytes = bucket(limits.bytes_per_second, this.#bytesBurst);
    this.#historyBurst = limits.history_burst;
    this.#history = bucket(limits.history_bytes_per_second, this.#historyBurst);
    this.#patience = bucket(limits.messages_per_second, Math.max(limits.messages_burst, LEAST_PATIENCE));
  }

  /** Counts bytes that have come. Returns whether that is so far over the rate that nothing more may come. */
  received(bytes: number, now: number): boolean {
    if (!this.#bytes) return false;
    this.#bytes.spend(bytes, now);
    return this.#bytes.debt(now) > this.#bytesBurst;
  }

  /** Bytes from the logs of rooms that the connection may be told at once. */
  historyLeft(now: number): number {
    return this.#history?.left(now) ?? this.#historyBurst;
  }

  /** Counts such bytes. */
  tellHistory(bytes: number, now: number): void {
    this.#history?.spend(bytes, now);
  }

  /** Takes an event's share, or says why there is none. A batch counts its events, a list of rooms its joins. */
  take(event: unknown, payload: unknown, now: number): Excess | undefined {
    const debt = this.#bytes?.debt(now) ?? 0;
    if (debt > 0) return { limit: 'bytes_per_second', retryAfter: this.#bytes?.wait(1, now) ?? 0 };
    if (event === 'batch' && Array.isArray(payload)) return this.#takeBatch(payload, now);
    return JOINS.has(event) ? this.#take(0, roomsIn(payload), now) : this.#take(1, 0, now);
  }

  /** Counts a refusal, or a packet that is no event and can't be refused. Returns whether there have been too many. */
  isTooMuch(now: number): boolean {
    return this.#patience !== undefined && this.#patience.take(1, now) > 0;
  }

  #takeBatch(elements: readonly unknown[], now: number): Excess | undefined {
    let joins = 0;
    let messages = 0;
    for (const element of elements) {
      const [event, data] = Array.isArray(element)
        ? element
        : isRecord(element)
          ? [element.event, element.data]
          : [];
      if (JOINS.has(event)) joins += roomsIn(data);
      else messages += 1;
    }
    return this.#take(Math.max(messages, joins > 0 ? 0 : 1), joins, now);
  }

  /** Both or neither. */
  #take(messages: number, joins: number, now: number): Excess | undefined {
    if (joins > 0 && this.#joins) {
      const wait = this.#joins.wait(joins, now);
      if (wait > 0) return { limit: 'joins_per_second', retryAfter: wait };
    }
    if (messages > 0 && this.#messages) {
      const wait = this.#messages.take(messages, now);
      if (wait > 0) return { limit: 'messages_per_second', retryAfter: wait };
    }
    if (joins > 0) this.#joins?.spend(joins, now);
    return undefined;
  }
}

function roomsIn(payload: unknown): number {
  if (!isRecord(payload) || !Object.hasOwn(payload, 'rooms') || !Array.isArray(payload.rooms)) return 1;
  return Math.max(1, payload.rooms.length);
}
