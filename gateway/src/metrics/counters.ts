import type { GatewayErrorCode } from '../../../src/protocol';
import type { LimitName } from '../config/limit-settings';

/** A limit by its name among the settings. */
export type CountedLimit = LimitName | 'max_conn' | 'require_auth';

/** How often something was refused, by the error's code and by the limit. */
export interface RefusalCounts {
  total: number;
  by_code: Partial<Record<GatewayErrorCode, number>>;
  by_limit: Partial<Record<CountedLimit, number>>;
}

/** What this process has counted since it started. */
export class Counters {
  /** Events that went out, one for each receiver. */
  sent = 0;
  readonly #codes = new Map<GatewayErrorCode, number>();
  readonly #limits = new Map<CountedLimit, number>();
  readonly #ended = new Map<CountedLimit, number>();

  refused(code: GatewayErrorCode, limit: CountedLimit): void {
    add(this.#codes, code);
    add(this.#limits, limit);
  }

  /** A connection was ended for this limit's sake. */
  ended(limit: CountedLimit): void {
    add(this.#ended, limit);
  }

  refusals(): RefusalCounts {
    let total = 0;
    for (const count of this.#codes.values()) total += count;
    return { total, by_code: Object.fromEntries(this.#codes), by_limit: Object.fromEntries(this.#limits) };
  }

  endings(): Partial<Record<CountedLimit, number>> {
    return Object.fromEntries(this.#ended);
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
