import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import type { GatewayError } from '../../../src/protocol';
import type { Engine } from '../capacity';
import type { LimitSettings } from '../config/limit-settings';
import type { Logger } from '../logger';
import type { CountedLimit, Counters } from '../metrics/counters';
import { answerAtTheDoor, TRY_AGAIN } from './door-answer';
import { TokenBuckets } from './token-bucket';

/** Connections that may be held at once only to tell them why they are not let in, and for how long, in ms. */
const TURNED_AWAY = { most: 1_000, time: 5_000 } as const;

export interface DoorOptions {
  readonly maxConnections: number;
  readonly limits: LimitSettings;
  /** The key that the sender of a request is counted under. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** `X-Forwarded-For` counts. */
  readonly trustsProxy: boolean;
  readonly counters: Counters;
  readonly logger: Logger;
  /** Ms, of a clock that never goes back. */
  readonly now: () => number;
}

interface Refusal {
  readonly limit: CountedLimit;
  readonly error: GatewayError;
}

/** The connections of one address. */
interface Guests {
  open: number;
  /** Of those, the ones that are in no namespace yet. */
  arriving: number;
}

/**
 * Decides on new connections, before anything is kept for them. Who is refused is let in all the same for a moment, so
 * far as there is room for that, since only then its client can be told why.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #guests = new Map<string, Guests>();
  readonly #attempts: TokenBuckets;
  readonly #arriving = new Map<Engine, Guests>();
  readonly #tooMany = new WeakMap<IncomingMessage, Refusal>();
  readonly #turnedAway = new Map<Engine, Refusal>();
  #open = 0;
  #warned = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#attempts = new TokenBuckets(options.limits.connects_per_second, options.limits.connects_burst);
  }

  watch(io: Server): void {
    io.engine.use((request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) =>
      this.#knock(request, response, next),
    );
    io.engine.on('connection', (engine: Engine) => this.#enter(engine));
  }

  /** Connections that were let in. */
  get connections(): number {
    return this.#open;
  }

  /** Why a connection was not let in, if it was not. */
  refusal(engine: Engine): GatewayError | undefined {
    return this.#turnedAway.get(engine)?.error;
  }

  /** A connection is in a namespace. */
  arrived(engine: Engine): void {
    const guests = this.#arriving.get(engine);
    if (guests) guests.arriving -= 1;
    this.#arriving.delete(engine);
  }

  /** Forgets addresses that have been quiet. */
  prune(): void {
    this.#attempts.prune(this.#options.now());
  }

  #knock(request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void): void {
    // Later requests of a connection that polls name it.
    if (new URLSearchParams(request.url?.split('?', 2)[1]).has('sid')) next();
    else this.#knockAnew(request, response, next);
  }

  #knockAnew(request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void): void {
    this.#warnOfProxy(request);
    const { addressOf, now, counters } = this.#options;
    const address = addressOf(request);
    const wait = this.#attempts.take(address, now());
    const refusal = wait > 0 ? tooFast(wait) : this.#noPlace(address);
    if (refusal && this.#turnedAway.size >= TURNED_AWAY.most) {
      counters.refused(refusal.error.code, refusal.limit);
      answerAtTheDoor(request, response, 429, refusal.error);
      next(new Error('too many connections'));
    } else {
      if (refusal && wait > 0) this.#tooMany.set(request, refusal);
      next();
    }
  }

  #enter(engine: Engine): void {
    const { request } = engine as unknown as { request: IncomingMessage };
    const address = this.#options.addressOf(request);
    const refusal = this.#tooMany.get(request) ?? this.#noPlace(address);
    if (refusal) this.#turnAway(engine, refusal);
    else this.#letIn(engine, address);
  }

  #letIn(engine: Engine, address: string): void {
    const guests = this.#guests.get(address) ?? { open: 0, arriving: 0 };
    guests.open += 1;
    guests.arriving += 1;
    this.#open += 1;
    this.#guests.set(address, guests);
    this.#arriving.set(engine, guests);
    engine.once('close', () => {
      this.arrived(engine);
      guests.open -= 1;
      this.#open -= 1;
      if (guests.open === 0) this.#guests.delete(address);
    });
  }

  #turnAway(engine: Engine, refusal: Refusal): void {
    this.#options.counters.refused(refusal.error.code, refusal.limit);
    this.#turnedAway.set(engine, refusal);
    // It may never ask for a namespace, which is when it would be told.
    const timer = setTimeout(() => engine.close(true), TURNED_AWAY.time).unref();
    engine.once('close', () => {
      clearTimeout(timer);
      this.#turnedAway.delete(engine);
    });
  }

  #noPlace(address: string): Refusal | undefined {
    const { maxConnections, limits } = this.#options;
    const { connections_per_address: most, pending_handshakes } = limits;
    const { open, arriving } = this.#guests.get(address) ?? { open: 0, arriving: 0 };
    if (this.#open >= maxConnections) {
      return full('max_conn', `The gateway has its ${maxConnections} connections; try again later.`);
    }
    if (most > 0 && open >= most) {
      return full('connections_per_address', `Your address has its ${most} connections; close one first.`);
    }
    if (pending_handshakes > 0 && arriving >= pending_handshakes) {
      const message = `Your address has ${arriving} connections that are not in a namespace yet; try again later.`;
      return full('pending_handshakes', message);
    }
    return undefined;
  }

  #warnOfProxy(request: IncomingMessage): void {
    if (this.#warned || this.#options.trustsProxy || !request.headers['x-forwarded-for']) return;
    this.#warned = true;
    const message =
      'a request came through a proxy that trust_proxy does not name, so all its clients count as one address';
    this.#options.logger.warn({ proxy: request.socket.remoteAddress }, message);
  }
}

function full(limit: CountedLimit, message: string): Refusal {
  return { limit, error: { code: 'limit', message, retry_after: TRY_AGAIN } };
}

function tooFast(wait: number): Refusal {
  const message = 'Your address opens connections too fast; try again later.';
  return { limit: 'connects_per_second', error: { code: 'rate_limited', message, retry_after: wait } };
}
