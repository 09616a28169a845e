import { type ByePayload, isRecord } from '../protocol';
import type { Address } from './address';
import { backoff } from './backoff';
import type { Clock, Timer } from './clock';
import { type ConnectionInput, type ConnectionState, nextState } from './connection-state';
import { watchDeadline } from './deadline';
import { type RealtimeError, toRealtimeError } from './errors';
import type { StateChange } from './event-types';
import type { RealtimeOptions } from './options';
import { RealtimeSocket } from './socket';

/** What the owner of a `Connection` is told. */
export interface ConnectionEvents {
  /** `attempt` is 0 unless tries have failed or a connection was lost before. */
  _opened(id: string, attempt: number): void;
  _lost(reason: string): void;
  _failed(error: RealtimeError): void;
  /** A try is due in `delay` ms. */
  _waiting(attempt: number, delay: number): void;
  _exhausted(attempts: number): void;
  _changed(change: StateChange): void;
  _received(event: string, args: unknown[]): void;
}

const LOST_BY_US = 'io client disconnect';

/** Keeps one client connected: what state it is in, when it tries again, and when it gives up. */
export class Connection {
  readonly _socket: RealtimeSocket;
  _state: ConnectionState = 'idle';
  /** Why it is in that state, where there is a reason. */
  _reason: string | undefined;
  private _attempt = 0;
  private _openedAt = 0;
  private _timer: Timer | undefined;
  /** Counts tries, so that what a replaced one still says is not heard. */
  private _try = 0;
  private _bye: Partial<ByePayload> | undefined;
  private _hasRefreshed = false;

  constructor(
    address: Address,
    private readonly _client: string,
    private readonly _options: RealtimeOptions,
    private readonly _clock: Clock,
    private readonly _events: ConnectionEvents,
  ) {
    this._socket = new RealtimeSocket(address, _options, _clock, {
      _opened: (id) => {
        this._openedAt = _clock.now();
        this._hasRefreshed = false;
        this._enter('open');
        _events._opened(id, this._attempt);
      },
      _lost: (reason) => this._lost(reason),
      _refused: (error, byGateway) => this._refused(error, byGateway),
      _received: _events._received,
    });
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
      this._socket._close();
      this._drop(LOST_BY_US);
    }
    if (this._state === 'reconnecting') this._open();
    else this._connect();
  }

  _close(): void {
    const wasOpen = this._state === 'connected';
    this._clock.clear(this._timer);
    this._try++;
    this._socket._close();
    this._enter('close');
    if (wasOpen) this._events._lost(LOST_BY_US);
  }

  /** The gateway tells why it is about to end the connection. */
  _goodbye(payload: unknown): void {
    if (isRecord(payload)) this._bye = payload;
  }

  private async _open(): Promise<void> {
    const { _clock: clock, _options: options } = this;
    clock.clear(this._timer);
    const number = ++this._try;
    this._socket._close();
    const fail = (error: unknown) => {
      if (number !== this._try) return;
      this._try++;
      this._refused(toRealtimeError(error, 'connect_failed'));
    };
    const stop = watchDeadline('auth', { timeout: options.timeout ?? 20_000 }, clock, fail);
    try {
      const auth = await credentials(options.auth);
      if (number === this._try) {
        this._bye = undefined;
        this._socket._open({ ...auth, toporia: { sdk: __VERSION__, client: this._client } });
      }
    } catch (error) {
      fail(error);
    }
    stop();
  }

  private _lost(reason: string): void {
    if (this._bye ? this._bye.code === 'kicked' : reason === 'io server disconnect') {
      this._giveUp('kicked');
      this._events._lost(reason);
    } else {
      const number = this._try;
      this._drop(reason);
      // A handler may have called `reconnect()` or `disconnect()`.
      if (number === this._try && this._state === 'reconnecting') this._retry(this._bye?.retry_after);
    }
  }

  private _drop(reason: string): void {
    // A server that accepts and drops at once must not be stormed: only a connection that held starts the count anew.
    if (this._clock.now() - this._openedAt > 5_000) this._attempt = 0;
    this._enter(this._options.reconnection === false ? 'give_up' : 'drop', reason);
    this._events._lost(reason);
  }

  private _refused(error: RealtimeError, byGateway?: boolean): void {
    const { auth, reconnection } = this._options;
    const { code, message } = error;
    const number = this._try;
    this._events._failed(error);
    if (number !== this._try) return;
    const isFinal = byGateway && /^(unauth|token|forbid)|^Invalid namespace/.test(code + message);
    const isStale = typeof auth === 'function' && !this._hasRefreshed && code !== 'forbidden';
    if (reconnection === false || (isFinal && !isStale)) this._giveUp(code);
    else {
      if (isFinal) this._hasRefreshed = true;
      this._enter('drop', code);
      this._retry(error.retryAfter);
    }
  }

  private _retry(atLeast = 0): void {
    const { reconnectionAttempts, reconnectionDelay = 1_000, reconnectionDelayMax = 5_000 } = this._options;
    if (this._attempt >= (reconnectionAttempts ?? 1 / 0)) {
      this._giveUp('reconnect_failed');
      this._events._exhausted(this._attempt);
      return;
    }
    const delay =
      atLeast + backoff(++this._attempt, reconnectionDelay, reconnectionDelayMax, this._clock.random());
    this._timer = this._clock.set(() => this._open(), delay);
    this._events._waiting(this._attempt, delay);
  }

  private _giveUp(reason: string): void {
    this._enter('give_up', reason);
  }

  /** Returns whether that led to another state, which a handler has not changed again. */
  private _enter(input: ConnectionInput, reason?: string): boolean {
    const previous = this._state;
    const state = nextState(previous, input);
    if (state === previous) return false;
    this._state = state;
    this._reason = reason;
    this._events._changed({ state, previous, ...(reason && { reason }) });
    return this._state === state;
  }
}

/** Asks the application for what the handshake carries. A function with a parameter gets Socket.IO's callback. */
async function credentials(auth: RealtimeOptions['auth']): Promise<object> {
  const value =
    typeof auth !== 'function'
      ? auth
      : auth.length
        ? new Promise(auth as (resolve: unknown) => void)
        : auth();
  const known = await value;
  return typeof known === 'string' ? { token: known } : ((known as object) ?? {});
}
