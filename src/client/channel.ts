import { type JoinReply, type MessageMeta, roomKind } from '../protocol';
import type { Clock } from './clock';
import { emitArguments, settleWith } from './emit-arguments';
import type { RealtimeError } from './errors';
import { EventSource } from './event-source';
import { eventStream, type StreamEnds } from './event-stream';
import type { AckAlone, AckCallback, AnyEvents, DataOf, EventName, Payload, ReplyOf } from './event-types';
import type { SendOptions, WaitOptions } from './options';
import { Presence } from './presence';
import { type Gap, Recovery, type RecoveryHost } from './recovery';
import type { Settle } from './requests';
import { Typing } from './typing';

/** What a room's handle tells of the room itself. */
export interface ChannelEvents {
  /** After each join; `rejoined` tells those after a reconnect. */
  joined: { rejoined: boolean };
  /** The room could not be joined, or not be joined again after a reconnect. */
  error: RealtimeError;
  /** Messages of the room may have been missed while there was no connection: what is shown is best loaded anew. */
  gap: Gap;
  left: undefined;
}

/** What a channel needs of its client. */
export interface ChannelHost extends RecoveryHost {
  readonly _clock: Clock;
  _send(event: string, args: unknown[], settle?: Settle, options?: SendOptions): void;
  _ask(event: string, args: unknown[], options?: SendOptions): Promise<unknown>;
  _report(error: RealtimeError, event?: string): void;
  _ready(room: string): Promise<unknown>;
  _updatePresence(room: string, info: unknown, options?: WaitOptions): Promise<void>;
  leave(room: string, options?: WaitOptions): Promise<void>;
}

/** One room: its own events, and everything sent through it goes to it alone. `realtime.channel(room)` makes it. */
export class Channel<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
> extends EventSource<ChannelEvents, FromServer> {
  private readonly _streams: StreamEnds = new Set();
  /** @internal */
  readonly _recovery: Recovery;
  /** @internal What the gateway answered to the last join. */
  _reply: Partial<JoinReply> | undefined;
  /** @internal Why the last join failed, unless another has succeeded since. */
  _error: RealtimeError | undefined;
  private _presence: Presence | undefined;
  private _typing: Typing | undefined;

  /** @internal */
  constructor(
    readonly name: string,
    private readonly _host: ChannelHost,
  ) {
    super((error, event) => _host._report(error, event));
    this._recovery = new Recovery(name, _host);
    if (roomKind(name) === 'presence') this.presence;
  }

  /** Resolves when the room has been joined; rejects with why it could not be. */
  get ready(): Promise<this> {
    return this._host._ready(this.name).then(() => this);
  }

  /** Who is in the room; only of use where its name begins with `presence-` or `presence.`. */
  get presence(): Presence {
    this._presence ??= new Presence(
      (error) => this._host._report(error),
      (info, options) => this._host._updatePresence(this.name, info, options),
    );
    return this._presence;
  }

  /** Who is typing in the room. */
  get typing(): Typing {
    this._typing ??= new Typing(
      (error) => this._host._report(error),
      this._host._clock,
      (event, user) => this._send(event, { user, room: this.name }, undefined, { volatile: true }),
    );
    return this._typing;
  }

  /** Each occurrence of an event of this room in turn; ends with `signal`, and when the room is left. */
  events<E extends EventName<FromServer>>(
    event: E,
    { signal }: Pick<SendOptions, 'signal'> = {},
  ): AsyncIterableIterator<[data: DataOf<FromServer, E>, meta: MessageMeta]> {
    return eventStream(this, event, this._streams, signal);
  }

  /** Sends an event to this room. */
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
    this._send(event, data, settleWith(ack), options);
    return this;
  }

  /** Sends an event to this room and waits for the answer. */
  request<E extends EventName<ToServer>>(
    event: E,
    ...args: [...Payload<DataOf<ToServer, E>>, options?: SendOptions]
  ): Promise<ReplyOf<ToServer, E>> {
    const [data, options] = args as readonly unknown[] as [unknown, SendOptions?];
    return this._host._ask(event, [data, { room: this.name }], options) as Promise<ReplyOf<ToServer, E>>;
  }

  /** Sends `client-<name>` to the others in the room; dropped rather than kept when there is no connection. */
  whisper(name: string, data?: unknown): this {
    this._send(`client-${name}`, data, undefined, { volatile: true });
    return this;
  }

  /** Leaves the room, and ends this handle: its handlers hear nothing more. */
  leave(options?: WaitOptions): Promise<void> {
    return this._host.leave(this.name, options);
  }

  private _send(event: string, data: unknown, settle?: Settle, options?: SendOptions): void {
    this._host._send(event, [data, { room: this.name }], settle, options);
  }

  /** @internal */
  _joined(reply: Partial<JoinReply>, isRejoin: boolean): void {
    this._reply = reply;
    this._error = undefined;
    if (!this._recovery._answered(reply, isRejoin)) return;
    const { members } = reply;
    if (Array.isArray(members)) this.presence._sync(members);
    else this._presence?._sync();
    this._emit('joined', { rejoined: isRejoin });
    this._recovery._release(reply.position);
  }

  /** @internal */
  _failed(error: RealtimeError, isUnheard: boolean): void {
    this._error = error;
    if (!this._emit('error', error) && isUnheard) this._host._report(error);
  }

  /** @internal */
  _left(): void {
    this._lost();
    this._presence?._clear();
    this._emit('left', undefined);
    for (const end of this._streams) end();
  }

  /** @internal */
  _lost(): void {
    this._recovery._lost();
    this._typing?._clear();
  }

  /** @internal */
  _receive(event: string, data: unknown, meta: MessageMeta): void {
    if (event.startsWith('typing.')) this.typing._receive(event, data, meta);
    else this._presence?._receive(event, data);
    // A server event can't pose as one of the handle's own.
    if (!/^(joined|error|gap|left)$/.test(event)) this._emit(event, data, meta);
  }
}
