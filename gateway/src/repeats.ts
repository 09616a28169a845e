import type { Connection } from './connection';
import { Payload } from './delivery/payload';
import { isErrorReply, isThenable, OK, type Reply } from './replies';

type Later<T> = T | PromiseLike<T>;

export interface RepeatBounds {
  /** Ms that a message is remembered. */
  readonly age: number;
  /** Messages that are remembered of one client. */
  readonly perClient: number;
  /** Bytes that all of it may take. */
  readonly totalBytes: number;
}

interface Seen {
  readonly client: string;
  readonly id: string;
  readonly at: number;
  /** What it is answered with; while it is under way, a promise of it. */
  readonly outcome: Payload | PromiseLike<Reply> | typeof OK;
  readonly bytes: number;
}

/** What a message that is remembered takes beside its answer. */
const OVERHEAD = 400;

/**
 * Knows the messages that came with an id of their client's, and does none of them twice. What was refused is not
 * remembered, so that it may be tried again.
 */
export class Repeats {
  readonly #bounds: RepeatBounds;
  readonly #now: () => number;
  /** Of each client by their ids, the oldest first. */
  readonly #clients = new Map<string, Map<string, Seen>>();
  /** Of all clients, the oldest first. */
  readonly #seen = new Set<Seen>();
  #bytes = 0;
  /** Messages that came once more. */
  dropped = 0;

  /** `now` in ms, of a clock that never goes back. */
  constructor(bounds: RepeatBounds, now: () => number) {
    this.#bounds = bounds;
    this.#now = now;
  }

  /** Messages that are remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /** Does what an event asks for, or answers it as the first of that id was answered. */
  once(connection: Connection, id: string, run: () => Later<Reply>): Later<Reply> {
    const client = clientOf(connection);
    const first = this.#clients.get(client)?.get(id);
    if (first) {
      this.dropped += 1;
      return replyOf(first);
    }
    const reply = run();
    if (!isThenable(reply)) {
      this.#remember(client, id, reply);
      return reply;
    }
    const underWay = this.#add(client, id, reply, OVERHEAD);
    return reply.then(
      (value) => {
        this.#forget(underWay);
        this.#remember(client, id, value);
        return value;
      },
      (error: unknown) => {
        this.#forget(underWay);
        throw error;
      },
    );
  }

  sweep(): void {
    const old = this.#now() - this.#bounds.age;
    for (const seen of this.#seen) {
      if (seen.at > old) break;
      this.#forget(seen);
    }
  }

  #remember(client: string, id: string, reply: Reply): void {
    if (isErrorReply(reply)) return;
    // As it is sent: a program may change later what it has answered.
    const outcome = reply === OK ? OK : encoded(reply);
    if (outcome) this.#add(client, id, outcome, OVERHEAD + (outcome === OK ? 0 : (outcome as Payload).bytes));
  }

  #add(client: string, id: string, outcome: Seen['outcome'], bytes: number): Seen {
    const seen: Seen = { client, id, at: this.#now(), outcome, bytes };
    const { perClient, totalBytes } = this.#bounds;
    const ids = this.#clients.get(client) ?? new Map<string, Seen>();
    this.#clients.set(client, ids.set(id, seen));
    this.#seen.add(seen);
    this.#bytes += bytes;
    for (const oldest of ids.values()) {
      if (ids.size <= perClient) break;
      this.#forget(oldest);
    }
    for (const oldest of this.#seen) {
      if (this.#bytes <= totalBytes) break;
      this.#forget(oldest);
    }
    return seen;
  }

  #forget(seen: Seen): void {
    if (!this.#seen.delete(seen)) return;
    this.#bytes -= seen.bytes;
    const ids = this.#clients.get(seen.client);
    ids?.delete(seen.id);
    if (ids?.size === 0) this.#clients.delete(seen.client);
  }
}

/** One SDK instance, as one user in one namespace. */
export function clientOf({ space, user, reader }: Connection): string {
  return JSON.stringify([space.name, user?.guard, user?.id, reader]);
}

function replyOf({ outcome }: Seen): Later<Reply> {
  return outcome instanceof Payload ? outcome.decode()[0] : outcome;
}

function encoded(reply: Reply): Payload | undefined {
  try {
    return new Payload([reply]);
  } catch {
    // It can't be sent either, of which the client is told.
    return undefined;
  }
}
