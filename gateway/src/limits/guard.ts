import type { Server, Socket } from 'socket.io';
import type { ErrorReply } from '../../../src/protocol';
import type { Engine } from '../capacity';
import type { LimitSettings } from '../config/limit-settings';
import type { HistoryAllowance } from '../connection';
import type { Logger } from '../logger';
import type { CountedLimit, Counters } from '../metrics/counters';
import { refuse } from '../replies';
import { pendingAcks } from '../socket-io-internals';
import { writeFramesDirectly } from './direct-frames';
import { type EnginePacket, setCloseTimeout, sizeOf } from './engine-internals';
import { Line, terminateSoon } from './line';
import { Rates } from './rates';

/** Ms between two looks at all connections. */
const ROUND = 1_000;

/** Ms that the end of a connection waits for a client that polls, which comes again at once if it comes at all. */
const CLOSE_TIMEOUT = 5_000;

/** Ms that a client is asked to stay away which was ended for its own doing. */
const STAY_AWAY = 5_000;

export interface GuardOptions {
  readonly limits: LimitSettings;
  readonly counters: Counters;
  readonly logger: Logger;
  /** Ms, of a clock that never goes back. */
  readonly now: () => number;
}

/** Watches over what each connection sends, and over what waits for it. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #lines = new Map<Engine, Line>();
  readonly #slow = new Set<Line>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  watch(io: Server): void {
    io.engine.on('connection', (engine: Engine) => this.#open(engine));
    this.#timer = setInterval(() => this.#goRound(), ROUND).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The connection that a socket is on, which counts as in a namespace from now on. */
  enter(socket: Socket): Line {
    const line = this.#lines.get(socket.conn) ?? this.#open(socket.conn);
    line.sockets.add(socket);
    writeFramesDirectly(socket.client, this.#options.counters);
    socket.once('disconnect', () => line.sockets.delete(socket));
    return line;
  }

  /** How much from the logs of rooms a connection may be told. */
  historyOf({ rates }: Line): HistoryAllowance {
    const { now } = this.#options;
    return { left: () => rates.historyLeft(now()), spend: (bytes) => rates.tellHistory(bytes, now()) };
  }

  /** What clients have not taken yet: for how many, and how many bytes. */
  waiting(): { connections: number; bytes: number } {
    let [connections, bytes] = [0, 0];
    for (const { outgoing } of this.#lines.values()) {
      const waiting = outgoing.waiting();
      if (waiting > 0) connections += 1;
      bytes += waiting;
    }
    return { connections, bytes };
  }

  /** Takes an event's share of the rates, or gives what to answer it with. */
  refusal(line: Line, event: unknown, payload: unknown): ErrorReply | undefined {
    const now = this.#options.now();
    const excess = line.rates.take(event, payload, now);
    if (!excess) return undefined;
    const { limit, retryAfter } = excess;
    this.#options.counters.refused('rate_limited', limit);
    if (line.rates.isTooMuch(now)) this.end(line, limit);
    const [most, what] = this.#words(limit);
    const reply = refuse('rate_limited', `A connection may send ${most} ${what} a second; try again later.`);
    reply.error.retry_after = retryAfter;
    return reply;
  }

  /** Ends a connection because of what it did. */
  end(line: Line, limit: CountedLimit): void {
    if (line.endedBy) return;
    this.#ended(line, limit, 'a client was turned out: it went on past a limit');
    line.end(limit, STAY_AWAY);
  }

  #open(engine: Engine): Line {
    const { limits, counters, now } = this.#options;
    const line = new Line(engine, new Rates(limits, now()), (slow) => this.#waits(slow), counters);
    this.#lines.set(engine, line);
    setCloseTimeout(engine, CLOSE_TIMEOUT);
    engine.on('packet', (packet: EnginePacket) => this.#received(line, packet));
    engine.once('close', () => {
      this.#lines.delete(engine);
      this.#slow.delete(line);
      terminateSoon(engine);
    });
    return line;
  }

  #received(line: Line, packet: EnginePacket): void {
    const now = this.#options.now();
    const bytes = sizeOf(packet);
    line.received += bytes;
    if (line.rates.received(bytes, now)) this.end(line, 'bytes_per_second');
    else if (!isEventOrAck(packet) && line.rates.isTooMuch(now)) this.end(line, 'messages_per_second');
  }

  #waits(line: Line): void {
    const { outgoing_buffer } = this.#options.limits;
    if (outgoing_buffer === 0 || line.endedBy || line.outgoing.waiting() <= outgoing_buffer) return;
    // What is published in one go to a client that keeps up is gone when the turn of the event loop is over.
    if (this.#slow.size === 0) setImmediate(() => this.#judge());
    this.#slow.add(line);
  }

  #judge(): void {
    const { outgoing_buffer } = this.#options.limits;
    for (const line of this.#slow) {
      const waiting = line.outgoing.waiting();
      if (waiting <= outgoing_buffer || line.endedBy) continue;
      this.#ended(line, 'outgoing_buffer', 'a client was cut off: it is too slow', { waiting });
      line.cutOff('outgoing_buffer', STAY_AWAY);
    }
    this.#slow.clear();
  }

  /** What no packet of ours tells of: pongs that pile up, acks that never come. */
  #goRound(): void {
    const { pending_acks } = this.#options.limits;
    for (const line of this.#lines.values()) {
      this.#waits(line);
      if (pending_acks === 0) continue;
      for (const socket of line.sockets)
        if (pendingAcks(socket) > pending_acks) this.end(line, 'pending_acks');
    }
  }

  #ended(line: Line, limit: CountedLimit, message: string, more: object = {}): void {
    const { counters, logger } = this.#options;
    counters.ended(limit);
    const sockets = [...line.sockets].map(({ id }) => id);
    logger.warn({ limit, sockets, transport: line.engine.transport.name, ...more }, message);
  }

  #words(limit: CountedLimit): [most: number, what: string] {
    const { limits } = this.#options;
    if (limit === 'joins_per_second') return [limits.joins_per_second, 'joins'];
    if (limit === 'bytes_per_second') return [limits.bytes_per_second, 'bytes'];
    return [limits.messages_per_second, 'messages'];
  }
}

/** Whether a packet is counted elsewhere: events when they are handled, attachments with them; acks are what the program asked for. */
function isEventOrAck({ type, data }: EnginePacket): boolean {
  if (type !== 'message') return false;
  return typeof data !== 'string' || /^[2356]/.test(data);
}
