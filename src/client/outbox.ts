import { isRecord } from '../protocol';
import { Batches } from './batches';
import type { Clock, Timer } from './clock';
import { errorIn, RealtimeError } from './errors';
import type { GatewayKind } from './gateway-kind';
import { messageId } from './message-id';
import type { RealtimeOptions, SendOptions } from './options';
import { copyPayload } from './payload-copy';
import { closed, type Settle } from './requests';
import { markSent, type TimedMessage, type TimedRequests } from './timed-requests';

/** The client whose messages they are. */
export interface OutboxHost {
  readonly _options: RealtimeOptions;
  readonly _clock: Clock;
  readonly state: string;
  readonly _rooms: {
    readonly _gateway: GatewayKind;
    /** Whether a message to that room, or (`''`) to all rooms, would come before a join that is due. */
    _isDelayed(room: string): boolean;
    _sendList(): void;
  };
  /** Hears of messages that failed with nobody to tell. */
  _report(error: RealtimeError): void;
}

/**
 * What the application sends: at once while the way is open, else kept in a bounded queue. What has to wait holds up
 * what comes after it in its own room alone.
 */
export class Outbox {
  /** In the order in which they came. Those that are kept until they are answered stay here while they are under way. */
  private readonly _queue = new Set<TimedMessage>();
  /** Rooms of which something waits; `''` is all of them. */
  private readonly _held = new Set<string>();
  private readonly _batches: Batches | undefined;
  private _isOpen = false;
  private _isFlushing = false;
  private _timer: Timer | undefined;

  constructor(
    private readonly _requests: TimedRequests,
    private readonly _host: OutboxHost,
  ) {
    const { batch } = _host._options;
    if (batch) this._batches = new Batches(_requests, _host._clock, batch, () => this._flush());
  }

  _send(
    event: string,
    args: unknown[],
    settle: Settle | undefined,
    options: SendOptions | undefined,
    isVolatile: boolean,
  ): void {
    const { _options: defaults, _clock: clock, state } = this._host;
    if (state === 'closed') {
      if (!isVolatile || settle) (settle ?? this._unanswered)(markSent({}, closed(event)));
      return;
    }
    const { delivery = defaults.delivery, timeout, signal } = options ?? {};
    const isKept = !isVolatile && delivery === 'at-least-once';
    const message = this._requests._prepare(event, args, settle ?? (isKept ? this._unanswered : undefined));
    message._isVolatile = isVolatile;
    if (isKept) {
      message._isKept = true;
      message._again = ({ retryAfter = 1_000 }) => {
        message._isSent = false;
        this._held.add(roomOf(message._args));
        this._timer ??= clock.set(() => {
          this._timer = undefined;
          this._flush();
        }, retryAfter);
      };
      message._args = [args[0], { ...(args[1] as object), id: messageId(clock) }];
      // Whoever waits for no answer doesn't mind how long it takes.
      if (!settle) this._requests._limit(message, { timeout: Number.POSITIVE_INFINITY, ...options });
    }
    if (settle && (signal || timeout !== undefined)) this._requests._limit(message, options);
    if (isOver(message)) return;
    try {
      this._begin(message);
    } catch (error) {
      this._fail(message, error as RealtimeError);
    }
  }

  /** The rooms are on their way back: what has waited is sent, before anything new. */
  _open(): void {
    this._isOpen = true;
    this._flush();
  }

  /** Sends what need not wait any more. */
  _flush(): void {
    if (!this._isOpen || this._isFlushing) return;
    this._held.clear();
    this._isFlushing = true;
    const most = this._host._rooms._gateway._supports('batch') ? (this._batches?._most ?? 1) : 1;
    const together: TimedMessage[] = [];
    for (const message of this._queue) {
      this._try(message, () => !message._isSent && this._mayGo(message) && together.push(message));
      if (together.length >= most) this._writeAll(together.splice(0));
    }
    this._writeAll(together);
    this._isFlushing = false;
  }

  /** What has waited goes on waiting; what is kept until it is answered is sent again. */
  _lost(): void {
    this._isOpen = false;
    this._batches?._stop();
    this._host._clock.clear(this._timer);
    this._timer = undefined;
    for (const message of this._queue) message._isSent = false;
  }

  _end(): void {
    this._lost();
    for (const message of this._queue) this._fail(message, closed(message._event));
    this._requests._lost();
  }

  private _begin(message: TimedMessage): void {
    const { _batches: batches } = this;
    if (message._isKept || (batches && !message._isVolatile)) {
      this._keep(message);
      if (batches) batches._expect();
      else if (!this._isFlushing && this._mayGo(message)) this._write(message);
    } else if (this._isFlushing || !this._mayGo(message) || !this._write(message)) this._keep(message);
  }

  private _mayGo(message: TimedMessage): boolean {
    const { _gateway: gateway } = this._host._rooms;
    // Whether it can be sent at all is not known at first; then nothing may overtake it.
    const isUntold = message._isKept && !gateway._isKnown;
    if (message._isKept && !isUntold && !gateway._supports('dedupe')) {
      const text = `The gateway has not said that it drops repeats: "${message._event}" can't be sent at least once`;
      throw new RealtimeError('unsupported', text);
    }
    if (!this._isOpen) return false;
    const room = isUntold ? '' : roomOf(message._args);
    const isDelayed = isUntold || this._host._rooms._isDelayed(room);
    if (isDelayed || this._held.has('') || this._held.has(room)) {
      this._held.add(room);
      return false;
    }
    return true;
  }

  private _writeAll(messages: TimedMessage[]): void {
    if (messages.length > 1) this._host._rooms._sendList();
    if (messages.length > 1 && this._batches?._write(messages)) {
      for (const message of messages) if (!message._isKept) this._queue.delete(message);
    } else for (const message of messages) this._try(message, () => this._isOpen && this._write(message));
  }

  private _try(message: TimedMessage, attempt: () => unknown): void {
    try {
      attempt();
    } catch (error) {
      this._fail(message, error as RealtimeError);
    }
  }

  /** Returns false when the connection has turned out to be dead. */
  private _write(message: TimedMessage): boolean {
    this._host._rooms._sendList();
    this._isOpen = this._requests._write(message);
    if (this._isOpen && !message._isKept) this._queue.delete(message);
    return this._isOpen;
  }

  private _keep(message: TimedMessage): void {
    const { limit = 1_000, overflow } = this._host._options.offlineQueue ?? {};
    if (message._isVolatile) {
      throw new RealtimeError('not_connected', `"${message._event}" was dropped: not connected`);
    }
    message._args = message._args.map((value) => copyPayload(value));
    const full = () => new RealtimeError('queue_full', `offlineQueue.limit: ${limit} messages wait`);
    if (this._queue.size >= limit) {
      const [oldest] = this._queue;
      if (overflow !== 'drop-oldest' || !oldest) throw full();
      this._fail(oldest, full());
    }
    this._queue.add(message);
    const { _settle: settle } = message;
    if (settle) {
      message._settle = (error, reply) => {
        this._queue.delete(message);
        settle(error, reply);
      };
    }
  }

  private _fail(message: TimedMessage, error: RealtimeError): void {
    this._queue.delete(message);
    if (message._due) this._requests._end(message, error);
    else if (!message._isVolatile) this._host._report(markSent(message, error));
  }

  private readonly _unanswered: Settle = (error, reply) => {
    const failure = error ?? errorIn(reply);
    if (failure) this._host._report(failure);
  };
}

/** It wanted an answer, and has been settled: by its timeout or its signal. */
function isOver({ _due, _settle }: TimedMessage): boolean {
  return !!_due && !_settle;
}

/** The room that a message is for: as a room's handle names it, or as its payload does; `''` is every room. */
function roomOf([data, scope]: unknown[]): string {
  const { room = isRecord(data) ? (data.room ?? data.channel) : undefined } = Object(scope) as {
    room?: unknown;
  };
  return typeof room === 'string' ? room : '';
}
