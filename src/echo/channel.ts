import { holdRoom, type RoomHold, type RoomState, retryRoom, roomState } from '../bindings/room';
import { type Channel, type MessageMeta, RealtimeError, type ToporiaRealtime } from '../index';
import { type Callback, Callbacks } from './callbacks';
import {
  type EventNamespace,
  echoName,
  isGatewayEvent,
  isTakenBySdk,
  NOTIFICATION,
  wireNames,
} from './event-names';

/** What a channel needs of its connector. */
export interface ChannelHost {
  readonly client: ToporiaRealtime;
  readonly options: { readonly namespace?: EventNamespace };
  /** Tells what no callback was there for. */
  report(error: RealtimeError): void;
}

type DataCallback<T> = (data: T, meta: MessageMeta) => unknown;
type NamedCallback<T> = (event: string, data: T, meta: MessageMeta) => unknown;

/** A public channel of Echo: `echo.channel('orders')`. */
export class ToporiaEchoChannel {
  protected readonly room: Channel;
  private readonly hold: RoomHold;
  protected readonly callbacks = new Callbacks();
  /** How the room fared when it was last looked at. */
  private known: RoomState;

  /** @throws RealtimeError `invalid_argument` for what is no room name. */
  constructor(
    readonly name: string,
    private readonly host: ChannelHost,
  ) {
    this.hold = holdRoom(host.client, name, {}, () => this.changed());
    this.room = this.hold.channel;
    this.known = this.state;
    // Left and wanted again in one turn, it is the same hold.
    retryRoom(host.client, name);
  }

  /** Hears an event of the channel. The callback gets its data, and what the gateway tells of it. */
  listen<T = unknown>(event: string, callback: DataCallback<T>): this {
    for (const name of this.wireNames(event)) {
      this.callbacks.add(`event ${name}`, callback, () => this.hear(name, callback as DataCallback<unknown>));
    }
    return this;
  }

  /** Ends one callback of the event, or all of them. */
  stopListening<T = unknown>(event: string, callback?: DataCallback<T>): this {
    for (const name of this.wireNames(event)) this.callbacks.remove(`event ${name}`, callback);
    return this;
  }

  /** Hears every event of the channel. Names are as `listen` takes them. */
  listenToAll<T = unknown>(callback: NamedCallback<T>): this {
    const { client, options } = this.host;
    this.callbacks.add('all', callback, () =>
      client.onAny((event, data, meta) => {
        if (meta.channel !== this.name || isGatewayEvent(event)) return undefined;
        return callback(echoName(event, options.namespace), data as T, meta);
      }),
    );
    return this;
  }

  stopListeningToAll<T = unknown>(callback?: NamedCallback<T>): this {
    this.callbacks.remove('all', callback);
    return this;
  }

  /** Hears Laravel's notifications, on a user's channel. */
  notification<T = unknown>(callback: DataCallback<T>): this {
    return this.listen(NOTIFICATION, callback);
  }

  stopListeningForNotification<T = unknown>(callback?: DataCallback<T>): this {
    return this.stopListening(NOTIFICATION, callback);
  }

  /** Hears what other members send by `whisper`. */
  listenForWhisper<T = unknown>(event: string, callback: DataCallback<T>): this {
    return this.listen(`.client-${event}`, callback);
  }

  stopListeningForWhisper<T = unknown>(event: string, callback?: DataCallback<T>): this {
    return this.stopListening(`.client-${event}`, callback);
  }

  /** Is called at each subscription that succeeds, after a reconnect too; in a moment, where that has happened already. */
  subscribed(callback: () => unknown): this {
    return this.add('subscribed', callback, ({ status }) => status === 'joined' && callback());
  }

  /** Is called at each refusal, after a reconnect too; in a moment, where that has happened already. */
  error(callback: (error: RealtimeError) => unknown): this {
    return this.add('error', callback, ({ error }) => error && callback(error));
  }

  /** Ends the callbacks, and leaves the room unless others of the application are in it. */
  unsubscribe(): void {
    this.callbacks.clear();
    this.hold.release();
  }

  /** Adds a callback, and tells it in a moment how the room fares by now. */
  protected add(what: string, callback: Callback, tell: (state: RoomState) => unknown): this {
    const { known } = this;
    if (this.callbacks.add(what, callback)) {
      queueMicrotask(() => this.callbacks.has(what, callback) && this.guarded(what, () => tell(known)));
    }
    return this;
  }

  /** What `here` tells, too: the room has been joined, or joined again. */
  protected joined(): void {
    this.tellAll('subscribed', (callback) => callback());
  }

  protected tellAll(what: string, tell: (callback: (...args: unknown[]) => unknown) => unknown): void {
    for (const callback of this.callbacks.of(what)) this.guarded(what, () => tell(callback as () => unknown));
  }

  private get state(): RoomState {
    return roomState(this.host.client, this.name);
  }

  private changed(): void {
    const { known, state } = this;
    this.known = state;
    if (state.status === 'joined' && known.status !== 'joined') this.joined();
    if (!state.error || state.error === known.error) return;
    if (this.callbacks.of('error').length) this.tellAll('error', (callback) => callback(state.error));
    else this.host.report(state.error);
  }

  private wireNames(event: string): string[] {
    return wireNames(event, this.host.options.namespace);
  }

  private hear(name: string, callback: DataCallback<unknown>): () => void {
    if (!isTakenBySdk(name)) return this.room.on(name, (data: unknown, meta) => callback(data, meta));
    const socket = this.host.client.getSocket();
    const handler = (data: unknown, meta?: MessageMeta) => {
      const { channel } = Object(meta ?? data) as MessageMeta;
      if (channel === this.name) this.guarded(name, () => callback(data, meta ?? {}));
    };
    socket.on(name, handler);
    return () => socket.off(name, handler);
  }

  /** A callback that fails stops nothing else. */
  private guarded(what: string, call: () => unknown): void {
    const failed = (cause: unknown) => {
      const message = `A callback of "${what}" failed: ${(cause as Error)?.message ?? cause}`;
      this.host.report(new RealtimeError('handler_failed', message, cause));
    };
    try {
      const result = call();
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
