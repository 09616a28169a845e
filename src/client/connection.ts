import { BYE, type ByePayload } from '../protocol';
import { backoff } from './backoff';
import type { Clock, Timer } from './clock';
import { type ConnectionInput, type ConnectionState, nextState } from './connection-state';
import type { RealtimeError } from './errors';
import type { LifecycleEvents } from './event-types';
import type { RealtimeOptions } from './options';
import { RealtimeSocket, type SocketOwner } from './socket';

/** Who has a `Connection`, and is told how it fares. */
export interface ConnectionOwner {
  /** `attempt` is 0 unless tries have failed or a connection was lost before. */
  _opened(id: string, attempt: number): void;
  _lost(reason: string): void;
  _received(event: string, args: unknown[]): void;
  _tell<E extends keyof LifecycleEvents>(event: E, details: LifecycleEvents[E]): void;
}

const LOST_BY_US = 'io client disconnect';

/** Keeps one client connected: what state it is in, when it tries again, and when it gives up. */
export class Connection implements SocketOwner {
  readonly _socket: RealtimeSocket;
  _state: ConnectionState = 'idle';
  /** Why it is in that state, where there is a reason. */
  _reason: string | undefined;
  private _attempt = 0;
  /** The application asked for this try by `reconnect()`. */
  private _isAgain = false;
  private _openedAt = 0;
  _timer: Timer | undefined;
  /** What the gateway said of its end, or of its refusal. */
  _bye: Partial<ByePayload> | undefined;
  private _hasRefreshed = false;

  constructor(
    url: string,
    client: string,
    private readonly _options: RealtimeOptions,
    private readonly _clock: Clock,
    private readonly _owner: ConnectionOwner,
  ) {
    this._socket = new RealtimeSocket(url, client, _options, _clock, this);
  }

  _connect(): void {
    if (this._enter('connect')) {
      this._attempt = 0;
      this._open();
    }
  }

  /** Tries at once, whatever the state. */
  _reconnect(): void {
    if (this._state === 'connected') {
      this._socket._end(true);
      this._drop(LOST_BY_US);
    }
    this._isAgain = true;
    if (this._state === 'reconnecting') this._open();
    else this._connect();
  }

  _end(): void {
    const wasOpen = this._state === 'connected';
    this._isAgain = false;
    this._clock.clear(this._timer);
    this._socket._end();
    this._enter('close');
    if (wasOpen) this._owner._lost(LOST_BY_US);
  }

  _open(): void {
    this._clock.clear(this._timer);
    this._bye = undefined;
    this._socket._open();
  }

  _opened(id: string): void {
    this._openedAt = this._clock.now();
    this._hasRefreshed = false;
    this._enter('open');
    this._owner._opened(id, this._attempt || +this._isAgain);
  }

  _received(event: string, args: unknown[]): void {
    // The gateway tells why it is about to end the connection.
    if (event === BYE) this._bye = Object(args[0]);
    this._owner._received(event, args);
  }

  _lost(reason: string): void {
    if (this._bye ? this._bye.code === 'kicked' : reason === 'io server disconnect') {
      this._enter('give_up', 'kicked');
      this._owner._lost(reason);
    } else {
      const turn = this._socket._turn;
      this._drop(reason);
      // A handler may have called `reconnect()` or `disconnect()`.
      if (turn === this._socket._turn && this._state === 'reconnecting') this._retry();
    }
  }

  private _drop(reason: string): void {
    // A server that accepts and drops at once must not be stormed: only a connection that held starts the count anew.
    if (this._clock.now() - this._openedAt > 5_000) this._attempt = 0;
    this._enter(this._options.reconnection === false ? 'give_up' : 'drop', reason);
    this._owner._lost(reason);
  }

  _refused(error: RealtimeError, byGateway?: boolean): void {
    const { auth, reconnection } = this._options;
    const { code, message } = error;
    const turn = this._socket._turn;
    this._owner._tell('connect_error', error);
    if (turn !== this._socket._turn) return;
    const isFinal = byGateway && /^(unauth|token|forbid)|Invalid namespace/.test(code + message);
    const isStale = typeof auth === 'function' && !this._hasRefreshed && code !== 'forbidden';
    if (reconnection === false || (isFinal && !isStale)) this._enter('give_up', code);
    else {
      if (isFinal) this._hasRefreshed = true;
      this._enter('drop', code);
      this._bye = error.cause as Partial<ByePayload> | undefined;
      this._retry();
    }
  }

  private _retry(): void {
    const { reconnectionAttempts, reconnectionDelay = 1_000, reconnectionDelayMax = 5_000 } = this._options;
    // Never so when there is no limit.
    if (this._attempt >= (reconnectionAttempts as number)) {
      this._enter('give_up', 'reconnect_failed');
      this._owner._tell('reconnect_failed', { attempts: this._attempt });
      return;
    }
    const atLeast: unknown = this._bye?.retry_after;
    const told = typeof atLeast === 'number' ? Math.min(Math.max(atLeast, 0), 1e9) : 0;
    const delay =
      told + backoff(++this._attempt, reconnectionDelay, reconnectionDelayMax, this._clock.random());
    this._timer = this._clock.set(() => this._open(), delay);
    this._owner._tell('reconnecting', { attempt: this._attempt, delay });
  }

  /** Returns whether that led to another state, which a handler has not changed again. */
  _enter(input: ConnectionInput, reason?: string): boolean {
    const previous = this._state;
    const state = nextState(previous, input);
    if (state === previous) return false;
    this._state = state;
    this._reason = reason;
    this._owner._tell('state', { state, previous, reason });
    return this._state === state;
  }
}
