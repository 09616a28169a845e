import type { Server } from 'socket.io';
import { HELLO, JOIN_EVENTS, LEAVE_EVENTS } from '../../../src/protocol';
import type { JoinPolicy } from '../auth/join-policy';
import type { Engine } from '../capacity';
import type { Connection } from '../connection';
import { after, isErrorReply, isThenable, type Reply } from '../replies';
import { Durations } from './durations';
import { ERROR_CODES, type ErrorCode } from './error-codes';

type Later<T> = T | PromiseLike<T>;
type Handle = (connection: Connection, event: unknown, args: unknown[]) => Later<Reply>;

/** What an event is, as far as figures tell them apart: its own name would be the clients' to choose. */
export type EventKind = 'join' | 'leave' | 'auth' | 'batch' | 'presence' | 'hello' | 'message';
export type OutcomeKind = 'ok' | 'error';

const KINDS = new Map<unknown, EventKind>([
  ...JOIN_EVENTS.map((event) => [event, 'join'] as const),
  ...LEAVE_EVENTS.map((event) => [event, 'leave'] as const),
  ['auth', 'auth'],
  ['batch', 'batch'],
  ['presence.update', 'presence'],
  [HELLO, 'hello'],
]);

export const kindOf = (event: unknown): EventKind => KINDS.get(event) ?? 'message';

/** Counts what happens. On the way of a message it only adds; whatever can be looked up is, when it is asked for. */
export class Meter {
  readonly received = new Tally<EventKind>();
  readonly errors = new Tally<ErrorCode | 'other'>();
  readonly connects = new Tally<string>();
  readonly disconnects = new Tally<string>();
  readonly recoveries = new Tally<'recovered' | 'gap'>();
  readonly published = new Tally<'client' | 'server'>();
  readonly handled = new Timings<EventKind>();
  readonly authorized = new Timings<'join'>();
  readonly brokered = new Timings<'publish'>();
  brokerReconnections = 0;

  /** Seconds, of a clock that never goes back. */
  readonly now = (): number => performance.now() / 1_000;

  watch(io: Server): void {
    io.engine.on('connection', (engine: Engine) => {
      this.connects.add(engine.transport.name);
      engine.once('close', (reason: string) => this.disconnects.add(reason));
    });
  }

  /** An event was answered that came at that time. */
  answered(event: unknown, reply: Reply, since: number): void {
    const failed = isErrorReply(reply);
    this.handled.observe(kindOf(event), failed ? 'error' : 'ok', this.now() - since);
    if (failed) this.errors.add(codeOf(reply.error));
  }

  /** Counts each event that is done, those of a batch too. */
  handle(handle: Handle): Handle {
    return (connection, event, args) => {
      this.received.add(kindOf(event));
      return handle(connection, event, args);
    };
  }

  policy(policy: JoinPolicy): JoinPolicy {
    return (...request) => this.timed(this.authorized, 'join', () => policy(...request));
  }

  /** Measures what may fail, or be refused. */
  timed<Kind extends string, T>(timings: Timings<Kind>, kind: Kind, act: () => Later<T>): Later<T> {
    const since = this.now();
    const end = (outcome: OutcomeKind) => timings.observe(kind, outcome, this.now() - since);
    try {
      const value = after(act(), (done: T) => {
        end(isErrorReply(done) ? 'error' : 'ok');
        return done;
      });
      if (!isThenable(value)) return value;
      return value.then(undefined, (error: unknown) => {
        end('error');
        throw error;
      });
    } catch (error) {
      end('error');
      throw error;
    }
  }
}

/** How often, by what. */
export class Tally<Key extends string> {
  readonly #counts = new Map<Key, { count: number }>();

  add(key: Key): void {
    const found = this.#counts.get(key);
    if (found) found.count += 1;
    else this.#counts.set(key, { count: 1 });
  }

  *entries(): Iterable<[Key, number]> {
    for (const [key, { count }] of this.#counts) yield [key, count];
  }
}

/** How long, by what and by how it went. */
export class Timings<Kind extends string> {
  readonly #durations = { ok: new Map<Kind, Durations>(), error: new Map<Kind, Durations>() };

  observe(kind: Kind, outcome: OutcomeKind, seconds: number): void {
    const byKind = this.#durations[outcome];
    const known = byKind.get(kind);
    const durations = known ?? new Durations();
    if (!known) byKind.set(kind, durations);
    durations.observe(seconds);
  }

  *entries(): Iterable<[Kind, OutcomeKind, Durations]> {
    for (const outcome of ['ok', 'error'] as const)
      for (const [kind, durations] of this.#durations[outcome]) yield [kind, outcome, durations];
  }
}

/** A program may answer with any code, even one that a client has sent. */
function codeOf(error: unknown): ErrorCode | 'other' {
  const { code } = Object(error) as { code?: ErrorCode };
  return ERROR_CODES.find((known) => known === code) ?? 'other';
}
