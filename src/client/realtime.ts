import { isVolatileEvent, type MessageMeta } from '../protocol';
import { AuthorizedRooms } from './authorized-rooms';
import { Channel } from './channel';
import { emitArguments, payload, settleWith } from './emit-arguments';
import type { Listener, Unsubscribe } from './emitter';
import { errorIn } from './errors';
import { eventStream, type StreamEnds } from './event-stream';
import type {
  AckAlone,
  AckCallback,
  AnyEvents,
  DataOf,
  EventName,
  LifecycleEvents,
  Payload,
  ReplyOf,
} from './event-types';
import { HandlerGrowth } from './handler-growth';
import { type Incoming, withChannel } from './incoming';
import { RealtimeListener } from './listener';
import type { JoinOptions, RealtimeOptions, SendOptions, WaitOptions } from './options';
import { Outbox } from './outbox';
import { limitPayload } from './payload-limit';
import { PhpGateway, transportsOf } from './php-gateway';
import { Readiness } from './readiness';
import type { Gap } from './recovery';
import type { Settle } from './requests';
import { operate, type RoomCommand, type RoomRequest, roomOperation } from './room-operation';
import { SendableNames } from './sendable-names';
import type { RealtimeSocket } from './socket';
import { TimedRequests } from './timed-requests';
import { heedToken } from './token-renewal';
import { Waking } from './waking';

/** Key of the handlers that hear every event; no event can have this name. */
const ANY = '';

/**
 * A connection to a Toporia Socket.IO gateway, or to any Socket.IO v4 server.
 *
 * `FromServer` and `ToServer` name the events of each direction: `{ 'message.sent': (message: Message) => void }`; an
 * answer is typed by a second parameter `ack?: (reply: Saved) => void`. Without them any name and payload goes.
 *
 * @example
 * const realtime = new ToporiaRealtime('http://localhost:3000');
 * realtime.on('message.sent', (message) => console.log(message));
 * await realtime.join('chat.room.1');
 */
export class ToporiaRealtime<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
> extends RealtimeListener<FromServer, Channel<FromServer, ToServer>> {
  /** @internal */
  declare readonly _requests: TimedRequests;
  /** @internal */
  declare readonly _rooms: AuthorizedRooms<Channel<FromServer, ToServer>>;
  private readonly _outbox: Outbox;
  private readonly _php: PhpGateway;
  private readonly _waking: Waking;
  private readonly _streams: StreamEnds = new Set();
  private readonly _names = new SendableNames();
  private readonly _readiness = new Readiness(this);
  private readonly _growth = new HandlerGrowth();

  constructor(url: string, options: RealtimeOptions = {}) {
    super(url, transportsOf(options));
    this._outbox = new Outbox(this._requests, this);
    const handshake = limitPayload(this.getSocket().io as unknown as Parameters<typeof limitPayload>[0]);
    this._php = new PhpGateway(this, handshake);
    this._waking = new Waking(this, handshake);
  }

  /** Resolves when connected. Rejects on timeout, on abort, and when the client has given up or was disconnected. */
  async ready(options?: WaitOptions): Promise<this> {
    await this._readiness._wait(options);
    return this;
  }

  override disconnect(): this {
    this._outbox._flush();
    super.disconnect();
    this._outbox._end();
    for (const end of this._streams) end();
    return this;
  }

  /** Ends everything at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnect();
  }

  /** Hears every server event. */
  onAny(handler: (event: string, data: unknown, meta: MessageMeta) => unknown): Unsubscribe {
    return this._on(ANY, handler);
  }

  offAny(handler?: Listener): this {
    this._off(ANY, handler);
    return this;
  }

  /**
   * Each occurrence of a server event in turn; what comes between two turns of the loop is kept. Ends with `signal` and
   * with `disconnect()`.
   * @example
   * for await (const [message] of realtime.events('message.sent')) console.log(message);
   */
  events<E extends EventName<FromServer>>(
    event: E,
    { signal }: Pick<WaitOptions, 'signal'> = {},
  ): AsyncIterableIterator<[data: DataOf<FromServer, E>, meta: MessageMeta]> {
    return eventStream(this, event, this._streams, signal);
  }

  /**
   * Sends an event: at once when connected, else as soon as the rooms have been joined again. The ack is always called:
   * with the answer, or with `{ error }` when none came. Room operations such as `join-room` count as `join()` does.
   * @throws RealtimeError `invalid_argument` for a name that can't be sent.
   */
  emit(event: RoomCommand, room: RoomRequest, ack?: AckCallback<unknown>): this;
  emit<E extends EventName<ToServer>>(
    event: E,
    ...args: AckAlone<DataOf<ToServer, E>, ReplyOf<ToServer, E>>
  ): this;
  emit<E extends EventName<ToServer>>(
    event: E,
    ...args: [...Payload<DataOf<ToServer, E>>, ack?: AckCallback<ReplyOf<ToServer, E>>]
  ): this;
  emit<E extends EventName<ToServer>>(
    event: E,
    ...args: [...Payload<DataOf<ToServer, E>>, options: SendOptions]
  ): this;
  emit(event: string, ...args: readonly unknown[]): this {
    const [data, ack, options] = emitArguments(args);
    const operation = this._names._has(event) ? undefined : roomOperation(event, data);
    if (operation) operate(operation, this, ack);
    else this._send(event, payload(data), settleWith(ack), options);
    return this;
  }

  /** Sends what is only worth sending now: without a connection it is dropped. */
  get volatile(): {
    emit<E extends EventName<ToServer>>(event: E, ...args: Payload<DataOf<ToServer, E>>): void;
  } {
    return { emit: (event, ...args) => this._send(event, args, undefined, { volatile: true }) };
  }

  /**
   * Sends an event and waits for the answer. Rejects with a `RealtimeError` on timeout, on abort, when the connection
   * ends, and when the answer holds an `error`.
   */
  async request<E extends EventName<ToServer>>(
    event: E,
    ...args: [...Payload<DataOf<ToServer, E>>, options?: SendOptions]
  ): Promise<ReplyOf<ToServer, E>> {
    const [data, options] = args as readonly unknown[] as [unknown, SendOptions?];
    return (await this._ask(event, payload(data), options)) as ReplyOf<ToServer, E>;
  }

  override async join(room: string, options?: JoinOptions): Promise<Channel<FromServer, ToServer>> {
    await super.join(room, options);
    return this.channel(room);
  }

  /** The room's one handle. Joins the room if need be; `ready` and the event `error` tell how that went. */
  channel(room: string, options: JoinOptions = {}): Channel<FromServer, ToServer> {
    const known = this._rooms._all.get(room);
    const held = known ?? this._rooms._add(room);
    // Before the join, which may fail at once.
    held._isHeld = true;
    if (known) Object.assign(known._options, options);
    else this._rooms._join(room, options);
    return held._handle;
  }

  /** @internal */
  async _ready(room: string): Promise<void> {
    const { _state: state, _handle: handle } = this._rooms._all.get(room) ?? {};
    if (handle?._error && state !== 'joining') throw handle._error;
    await super.join(room);
  }

  /** @internal What the gateway was told goes along with the next join, which may come to another process. */
  async _updatePresence(room: string, info: unknown, options?: WaitOptions): Promise<void> {
    await this._ask('presence.update', [{ room, user_info: info }], { delivery: 'at-most-once', ...options });
    Object.assign(this._rooms._all.get(room)?._options ?? {}, { info });
  }

  /** @internal */
  _send(event: string, args: unknown[], settle?: Settle, options?: SendOptions): void {
    this._names._check(event);
    const outgoing = this._php._outgoing(event, args, settle, options);
    if (!outgoing) return;
    const isVolatile = options?.volatile ?? isVolatileEvent(event);
    this._outbox._send(event, outgoing, settle, options, isVolatile);
  }

  /** @internal */
  _ask(event: string, args: unknown[], options?: SendOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle: Settle = (error, reply) => {
        const refusal = error ? undefined : errorIn(reply);
        if (refusal) reject(Object.assign(refusal, { maybeSent: true }));
        else if (error) reject(error);
        else resolve(reply);
      };
      this._send(event, args, settle, options);
    });
  }

  /** @internal */
  override _createRequests(socket: RealtimeSocket): TimedRequests {
    return new TimedRequests(socket, this._deadlines);
  }

  /** @internal */
  override _createRooms(): AuthorizedRooms<Channel<FromServer, ToServer>> {
    return new AuthorizedRooms(this._requests, (room) => new Channel(room, this), this);
  }

  /** @internal */
  override _greeted(reply: unknown): void {
    const { _gateway: gateway } = this._rooms;
    const wasPhp = gateway._isPhp;
    gateway._greeted(reply);
    if (this.isConnected()) gateway._assumePlain();
    this._rooms._greeted(reply);
    if (!wasPhp) this._php._opened();
    this._outbox._flush();
  }

  /** @internal */
  override _opened(id: string, attempt: number): void {
    this._growth._check(this, this._options.logger);
    this._php._opened();
    super._opened(id, attempt);
    if (this.isConnected()) this._outbox._open();
  }

  /** @internal */
  override _lost(reason: string): void {
    this._outbox._lost();
    super._lost(reason);
    this._php._lost(reason);
  }

  /** @internal */
  _moved(): void {
    this._outbox._flush();
  }

  /** @internal */
  override _received(event: string, args: unknown[]): void {
    const channel = (args[1] as MessageMeta | undefined)?.channel;
    const recovery = channel ? this._rooms._recoveryOf(channel) : undefined;
    if (recovery) recovery._take(event, args);
    else super._received(event, args);
  }

  /** @internal */
  _hear(event: string, args: unknown[], isRepeat: boolean): void {
    const incoming = this._reader._read(event, args, isRepeat);
    if (incoming) this._dispatch(event, incoming);
  }

  /** @internal */
  _missed(channel: string, gap: Gap): void {
    this._rooms._all.get(channel)?._handle._emit('gap', gap);
    this._tell('gap', { channel, ...gap });
  }

  /** @internal */
  override _dispatch(event: string, incoming: Incoming): void {
    // Socket.IO lets a number pass as a name.
    if (typeof event !== 'string') return;
    const { _payload: data, _isRepeat: isRepeat } = incoming;
    const meta = withChannel(incoming._meta, data);
    incoming._meta = meta;
    heedToken(this, event, data);
    if (this._rooms._heed(event, data)) return;
    if (meta.channel) this._rooms._all.get(meta.channel)?._handle._receive(event, data, meta);
    super._dispatch(event, incoming);
    if (!isRepeat) this._emit(ANY, event, data, meta);
  }

  /** @internal */
  override _tell<E extends keyof LifecycleEvents>(event: E, details: LifecycleEvents[E]): void {
    if (event === 'state') {
      this._waking._changed(this.state);
      this._readiness._check();
    }
    super._tell(event, details);
  }
}
