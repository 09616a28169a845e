import { type ConnectionState, RealtimeError, roomKind, ToporiaRealtime } from '../index';
import { ToporiaEchoChannel } from './channel';
import { realtimeOptions, type ToporiaEchoOptions } from './options';
import { ToporiaEchoPresenceChannel } from './presence-channel';
import { ToporiaEchoPrivateChannel } from './private-channel';

/** Echo's own names for how the connection fares. */
export type EchoConnectionStatus = 'connected' | 'disconnected' | 'connecting' | 'reconnecting' | 'failed';

const STATUS: Record<ConnectionState, EchoConnectionStatus> = {
  idle: 'disconnected',
  connecting: 'connecting',
  connected: 'connected',
  reconnecting: 'reconnecting',
  failed: 'failed',
  closed: 'disconnected',
};

const CHANNELS = {
  public: ToporiaEchoChannel,
  private: ToporiaEchoPrivateChannel,
  presence: ToporiaEchoPresenceChannel,
};

type DataCallback<T> = Parameters<typeof ToporiaEchoChannel.prototype.listen<T>>[1];

/**
 * Lets Laravel Echo speak to a Toporia gateway.
 *
 * @example
 * const echo = new Echo({ broadcaster: ToporiaConnector, host: 'http://localhost:3000' });
 * echo.private('orders.7').listen('OrderShipped', (event) => console.log(event));
 */
export class ToporiaConnector {
  /** Echo's headers may be changed here: they are read at each request. */
  readonly options: ToporiaEchoOptions & { auth: { headers: Record<string, string> } };
  readonly client: ToporiaRealtime;
  /** By full name, such as `private-orders.7`. */
  readonly channels: Record<string, ToporiaEchoChannel> = Object.create(null);

  /**
   * Echo calls it with its own options.
   * @throws RealtimeError `invalid_argument` without a `host` where there is no page to tell it, and for one that can't work.
   */
  constructor(options: ToporiaEchoOptions = {}) {
    this.options = {
      namespace: 'App.Events',
      ...options,
      auth: { ...options.auth, headers: options.auth?.headers ?? {} },
    };
    this.client = options.client ? checked(options.client) : this.connect();
    // `echo.connect()` after `echo.disconnect()` comes here with the same client.
    if (this.client.state === 'closed') this.client.connect();
  }

  /** What Echo says of a broadcaster in its errors; else it would be the source of this class. */
  static toString(): string {
    return 'ToporiaConnector';
  }

  listen<T = unknown>(channel: string, event: string, callback: DataCallback<T>): ToporiaEchoChannel {
    return this.channel(channel).listen(event, callback);
  }

  channel(name: string): ToporiaEchoChannel {
    this.channels[name] ??= new CHANNELS[roomKind(name)](name, this);
    return this.channels[name];
  }

  privateChannel(name: string): ToporiaEchoPrivateChannel {
    return this.channel(`private-${name}`) as ToporiaEchoPrivateChannel;
  }

  presenceChannel(name: string): ToporiaEchoPresenceChannel {
    return this.channel(`presence-${name}`) as ToporiaEchoPresenceChannel;
  }

  /** @throws RealtimeError always: there are none. */
  encryptedPrivateChannel(name: string): never {
    throw new RealtimeError(
      'invalid_argument',
      `The gateway has no encrypted channels: use private("${name}") over TLS`,
    );
  }

  /** Leaves the channel and the private and presence channels of that name. */
  leave(name: string): void {
    for (const each of [name, `private-${name}`, `presence-${name}`]) this.leaveChannel(each);
  }

  /** Leaves this one alone, by its full name, such as `private-orders.7`. */
  leaveChannel(name: string): void {
    this.channels[name]?.unsubscribe();
    delete this.channels[name];
  }

  /** For the `X-Socket-ID` header, by which Laravel's `toOthers()` leaves the sender out. */
  socketId(): string | undefined {
    return this.client.getId();
  }

  connectionStatus(): EchoConnectionStatus {
    return STATUS[this.client.state];
  }

  /** Calls back at each change, until the returned function is called. */
  onConnectionChange(callback: (status: EchoConnectionStatus) => void): () => void {
    return this.client.on('state', () => callback(this.connectionStatus()));
  }

  /** Ends the connection. Channels and callbacks stay, for a later `client.connect()`. */
  disconnect(): void {
    this.client.disconnect();
  }

  /** Tells what no callback was there for: the `logger`, else what reports uncaught errors here. */
  report(error: RealtimeError): void {
    const { logger } = this.options;
    if (logger) logger.warn(error.message, error);
    else (globalThis as { reportError?(error: unknown): void }).reportError?.(error);
  }

  private connect(): ToporiaRealtime {
    const { host, autoConnect } = this.options;
    const url = host ?? (typeof location === 'object' ? '/' : undefined);
    if (url === undefined) {
      throw new RealtimeError(
        'invalid_argument',
        'Echo needs the gateway as `host`, such as http://localhost:3000',
      );
    }
    const client = new ToporiaRealtime(url, { ...realtimeOptions(this.options), autoConnect: false });
    return autoConnect === false ? client : client.connect();
  }
}

/** Echo's socket.io connector has an option of that name, too. */
function checked(client: ToporiaRealtime): ToporiaRealtime {
  if (typeof client.getId === 'function') return client;
  throw new RealtimeError('invalid_argument', "Echo's `client` must be a ToporiaRealtime; `io` isn't needed");
}
