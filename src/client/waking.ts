import type { Clock, Timer } from './clock';
import type { Connection } from './connection';
import type { ConnectionState } from './connection-state';
import type { Handshake } from './payload-limit';

/** What is needed of the client. */
interface Client {
  readonly _clock: Clock;
  readonly _connection: Connection;
}

/** In a page, and in a worker as far as they exist there. */
const EVENTS = ['online', 'offline', 'pageshow', 'pagehide', 'visibilitychange', 'freeze', 'resume'];

/** Notices when page, network or machine slept or woke, which no timer tells in time: they sleep too, or run late. */
export class Waking {
  private _timer: Timer | undefined;
  /** When the gateway has been heard of last, by the wall clock. */
  private _heardAt = 0;

  constructor(
    private readonly _client: Client,
    private readonly _handshake: () => Handshake,
  ) {
    _client._connection._socket._socket.io.on('ping', () => this._heard());
  }

  /** Listens while there is a connection, or is to be one. */
  _changed(state: ConnectionState): void {
    this._client._clock.clear(this._timer);
    if (state === 'connected') {
      this._heard();
      this._watch();
    }
    const { addEventListener, removeEventListener } = globalThis as { [name: string]: unknown };
    const listen = (
      /connect/.test(state) ? addEventListener : removeEventListener
    ) as typeof globalThis.addEventListener;
    if (listen) for (const name of EVENTS) listen(name, this._happened, true);
  }

  private _heard(): void {
    this._heardAt = this._client._clock.now();
  }

  /** Ms without a word from the gateway after which a connection is dead. */
  private get _patience(): number {
    const { pingInterval = 0, pingTimeout = 0 } = this._handshake();
    // Less is nonsense, and would make a storm.
    return Math.max(pingInterval + pingTimeout, 100);
  }

  /** That a machine slept is told by the time alone. */
  private _watch(): void {
    this._timer = this._client._clock.set(() => {
      this._watch();
      this._wake();
    }, this._patience / 20);
    // In Node it is the connection that keeps the process alive, where it does.
    (this._timer as { unref?(): void }).unref?.();
  }

  private readonly _happened = ({ type }: Event): void => {
    if (type === 'pagehide' || type === 'freeze') this._rest(type);
    else if (type === 'offline') this._cut(type);
    else if (type !== 'visibilitychange' || document.visibilityState === 'visible') this._wake();
  };

  /** Ends a connection that is dead, and tries at once where the next try is waited for. */
  private _wake(): void {
    const { _connection: connection, _clock: clock } = this._client;
    if (connection._state === 'connected' && clock.now() - this._heardAt > this._patience)
      this._cut('ping timeout');
    const { _state: state, _bye: bye, _socket: socket } = connection;
    // A gateway that asked to stay away means everyone, those too who come to look.
    if (state === 'reconnecting' && socket._phase === 'closed' && typeof bye?.retry_after !== 'number')
      connection._open();
  }

  /** Ends the connection and every try, so that a browser can keep the page as it is. */
  private _rest(reason: string): void {
    const { _connection: connection, _clock: clock } = this._client;
    if (connection._state === 'connected') this._cut(reason);
    else if (connection._socket._phase !== 'closed') {
      connection._socket._end();
      connection._enter('drop', reason);
    }
    clock.clear(connection._timer);
  }

  /** Ends the connection as a lost network does: the gateway is told no goodbye, since the client comes back. */
  private _cut(reason: string): void {
    const { _connection: connection } = this._client;
    if (connection._state !== 'connected') return;
    connection._socket._end(true);
    connection._lost(reason);
  }
}
