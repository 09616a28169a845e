import type { Socket } from 'socket.io-client';
import { HELLO } from '../protocol';
import { type Clock, systemClock } from './clock';
import { Connection } from './connection';
import type { ConnectionState } from './connection-state';
import { Deadlines } from './deadlines';
import type { RealtimeError } from './errors';
import { EventSource } from './event-source';
import type { AnyEvents, LifecycleEvents } from './event-types';
import { type Incoming, IncomingReader } from './incoming';
import type { JoinOptions, RealtimeOptions, WaitOptions } from './options';
import { closed, Requests } from './requests';
import { type RoomHandle, Rooms } from './rooms';
import type { RealtimeSocket } from './socket';

/**
 * A connection that joins rooms and listens. It is the small part of `ToporiaRealtime`, for pages that never send: a
 * bundler leaves the rest out.
 */
export class RealtimeListener<
  FromServer extends object = AnyEvents,
  Handle extends RoomHandle = RoomHandle,
> extends EventSource<LifecycleEvents, FromServer> {
  /** @internal */
  readonly _clock: Clock;
  /** @internal */
  readonly _connection: Connection;
  /** @internal */
  readonly _deadlines: Deadlines;
  /** @internal */
  readonly _requests: Requests;
  /** @internal */
  readonly _rooms: Rooms<Handle>;
  /** @internal */
  readonly _reader = new IncomingReader();

  /**
   * Connects by itself, unless `autoConnect` is false. The URL's path is the namespace.
   * @throws RealtimeError `invalid_argument` when `url` isn't one.
   */
  constructor(
    url: string,
    /** @internal */
    readonly _options: RealtimeOptions = {},
  ) {
    super((error, event) => this._report(error, event));
    const { clock = systemClock, ackTimeout, autoConnect } = _options;
    this._clock = clock;
    const clientId = `c${clock.random()}`;
    this._connection = new Connection(url, clientId, _options, clock, this);
    this._deadlines = new Deadlines(clock, ackTimeout);
    this._requests = this._createRequests(this._connection._socket);
    this._rooms = this._createRooms();
    // In its own turn, so that what is registered right after the constructor misses nothing.
    if (autoConnect !== false) Promise.resolve().then(() => this.state === 'idle' && this.connect());
  }

  get state(): ConnectionState {
    return this._connection._state;
  }

  isConnected(): boolean {
    return this.state === 'connected';
  }

  /** The Socket.IO id of this connection; another after each reconnect. */
  getId(): string | undefined {
    return this.getSocket().id;
  }

  /** The Socket.IO socket underneath, the same one for the life of this client. */
  getSocket(): Socket {
    return this._connection._socket._socket;
  }

  /** Connects, after `autoConnect: false`, `disconnect()` or `failed`. Else does nothing. */
  connect(): this {
    this._connection._connect();
    return this;
  }

  /** Connects anew at once, whatever the state; the rooms are joined again. */
  reconnect(): this {
    this._connection._reconnect();
    return this;
  }

  /** Ends the connection and all that waits. Rooms and handlers stay, for a later `connect()`. */
  disconnect(): this {
    this._connection._end();
    this._rooms._end(closed('join'));
    return this;
  }

  /**
   * Joins a room, and joins it again after each reconnect until it is left. Waits for the connection. Rejects with a
   * `RealtimeError` when the gateway refuses, on timeout and on abort; the room is then not wanted any more.
   */
  join(room: string, options: JoinOptions = {}): Promise<unknown> {
    return this._deadlines._wait(`join("${room}")`, options, (done) => {
      if (this.state === 'closed') done(closed('join'));
      else this._rooms._join(room, options, done);
      return () => this._rooms._giveUp(room, done);
    });
  }

  /** Leaves a room; a join that is under way fails with `left`. Resolves when the gateway knows. */
  leave(room: string, options?: WaitOptions): Promise<void> {
    return this._deadlines._wait(`leave("${room}")`, options, (done) => {
      this._rooms._leave(room, (error) => done(error?.code === 'connection_lost' ? undefined : error));
      return () => {};
    });
  }

  /** The rooms that are joined, or on their way back after a reconnect. */
  getRooms(): string[] {
    return [...this._rooms._all.values()].filter((room) => room._wasJoined).map((room) => room._name);
  }

  /** @internal What no call can be told: the `error` event, else the logger, else what reports uncaught errors here. */
  _report(error: RealtimeError, event?: string): void {
    if (event === 'error' || !this._emit('error', error)) {
      if (this._options.logger) this._options.logger.warn(error.message, error);
      else (globalThis as { reportError?(error: unknown): void }).reportError?.(error);
    }
  }

  /** @internal */
  _createRequests(socket: RealtimeSocket): Requests {
    return new Requests(socket);
  }

  /** @internal */
  _createRooms(): Rooms<Handle> {
    const handle: RoomHandle = { _failed: (error, isUnheard) => isUnheard && this._report(error) };
    return new Rooms(this._requests, () => handle as Handle);
  }

  /** @internal What the gateway answers to the hello. */
  _greeted(_reply: unknown): void {}

  /** @internal */
  _opened(id: string, attempt: number): void {
    this._requests._request(HELLO, [{ sdk: __VERSION__ }], (_error, reply) => this._greeted(reply));
    this._tell('connected', { id });
    if (this.isConnected()) this._rooms._rejoin(() => attempt && this._tell('reconnected', { attempt }));
  }

  /** @internal */
  _lost(reason: string): void {
    this._rooms._lost();
    this._requests._lost();
    this._tell('disconnected', { reason });
  }

  /** @internal */
  _received(event: string, args: unknown[]): void {
    const incoming = this._reader._read(event, args);
    if (incoming) this._dispatch(event, incoming);
  }

  /** @internal */
  _dispatch(event: string, { _payload: data, _meta: meta, _isRepeat: isRepeat }: Incoming): void {
    if (!isRepeat) this._emit(event, data, meta);
  }

  /** @internal */
  _tell<E extends keyof LifecycleEvents>(event: E, details: LifecycleEvents[E]): void {
    this._emit(event, details);
  }
}
