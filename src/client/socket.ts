import { io, type Socket } from 'socket.io-client';
import type { HandshakeAuth } from '../protocol';
import { checkedUrl } from './address';
import type { Clock, Timer } from './clock';
import { RealtimeError, toRealtimeError } from './errors';
import type { RealtimeOptions } from './options';

/** Who has a `RealtimeSocket`, and is told how it fares. */
export interface SocketOwner {
  _opened(id: string): void;
  /** A connection that was open has ended. */
  _lost(reason: string): void;
  /** A try to connect has failed; `byGateway` means that it was answered with a refusal. */
  _refused(error: RealtimeError, byGateway: boolean): void;
  _received(event: string, args: unknown[]): void;
}

/** Each step of a try: the application gives its token, the transport opens, the namespace lets us in. */
type Phase = 'closed' | 'asking' | 'opening' | 'greeting' | 'open';

/** What Socket.IO keeps to itself and the SDK must reach: see `_emit` and `_forget`. */
interface Internals {
  ids: number;
  acks: Record<number, unknown>;
}

/** One Socket.IO socket for the life of a client. Tries to connect when told to, never by itself. */
export class RealtimeSocket {
  readonly _socket: Socket;
  /** Counts tries, so that what a replaced one still says is not heard. */
  _turn = 0;
  private readonly _transports: string[];
  _phase: Phase = 'closed';
  private _timer: Timer | undefined;
  /** How many transports this try has left. */
  private _left = 0;

  constructor(
    url: string,
    /** What names this client to the gateway over all its connections. */
    private readonly _client: string,
    private readonly _options: RealtimeOptions,
    private readonly _clock: Clock,
    private readonly _owner: SocketOwner,
  ) {
    this._transports = [...((_options.transports as string[]) ?? ['websocket', 'polling'])];
    // Retrying is the SDK's: a manager's own tells no delay, and starts anew before the namespace has let us in.
    // So are acks, which have timeouts of their own, and the connection, which closing another must not end.
    const socket = io(checkedUrl(url), {
      ..._options,
      transports: this._transports,
      autoConnect: false,
      reconnection: false,
      forceNew: true,
      timeout: false as unknown as number,
      ackTimeout: undefined as unknown as number,
      retries: 0,
      auth: {},
    });
    this._socket = socket;
    socket.io.on('open', () => this._enter('greeting'));
    socket.on('connect', () => {
      this._enter('open');
      _owner._opened(socket.id as string);
    });
    socket.on('disconnect', (reason) => {
      this._failed(new Error(reason));
    });
    socket.on('connect_error', (error) =>
      this._failed(error, this._phase === 'greeting' && !('type' in error)),
    );
    socket.onAny((event: string, ...args: unknown[]) => _owner._received(event, args));
  }

  get _isOpen(): boolean {
    return this._phase === 'open';
  }

  /** Begins one try, over each transport in turn. Ends with `_opened` or `_refused` of the owner. */
  async _open(): Promise<void> {
    this._end();
    const turn = this._turn;
    this._left = this._transports.length;
    this._enter('asking');
    try {
      const auth = await credentials(this._options.auth);
      if (turn !== this._turn) return;
      const toporia: HandshakeAuth['toporia'] = { sdk: __VERSION__, client: this._client };
      this._socket.auth = { ...auth, toporia };
      // Socket.IO would find out where nobody can catch it.
      JSON.stringify(auth);
      this._tryTransport();
    } catch (error) {
      if (turn === this._turn) this._failed(error as Error);
    }
  }

  /** Ends the connection or the try without a word to the owner, or with `isCut` to the gateway either. */
  _end(isCut?: boolean): void {
    this._turn++;
    this._enter('closed');
    if (isCut) this._socket.io.engine.close();
    else this._socket.disconnect();
  }

  /**
   * Returns what names the ack, if there is one, or `undefined` when the connection turned out to be dead and the event
   * is not on its way. Throws a `RealtimeError` when the event can't be encoded.
   */
  _emit(event: string, args: unknown[], ack?: (reply: unknown) => void): number | undefined {
    const socket = this._socket;
    const internals = socket as unknown as Internals;
    const id = internals.ids;
    try {
      socket.emit(event, ...(ack ? [...args, ack] : args));
    } catch (error) {
      this._forget(id);
      throw toRealtimeError(error, 'invalid_payload');
    }
    // Past its ping Socket.IO buffers, and would send before the rooms are joined again: taken back.
    if (!socket.sendBuffer.length) return id;
    socket.sendBuffer = [];
    return undefined;
  }

  /** Lets go of an ack that nobody waits for any more; Socket.IO would keep it until the connection ends. */
  _forget(id: number): void {
    delete (this._socket as unknown as Internals).acks[id];
  }

  private _tryTransport(): void {
    this._enter('opening');
    this._socket.connect();
  }

  private _failed(error: Error, byGateway = false): void {
    const phase = this._phase;
    if (phase === 'closed') return;
    this._end();
    const { message, data } = error as { message: string; data?: object };
    if (phase === 'open') {
      this._owner._lost(message);
      return;
    }
    if (phase === 'opening') {
      // The next try, too, begins with the transport that comes now: one that works stays first.
      this._transports.push(this._transports.shift() as string);
      if (--this._left) {
        this._tryTransport();
        return;
      }
    }
    this._owner._refused(
      byGateway
        ? toRealtimeError({ message, ...data }, 'connect_failed')
        : new RealtimeError('connect_failed', `Can't connect: ${message ?? error}`, error),
      byGateway,
    );
  }

  /** Every step but the last has its share of the time. */
  private _enter(phase: Phase): void {
    this._clock.clear(this._timer);
    this._phase = phase;
    if (/ing$/.test(phase)) {
      const share = (this._options.timeout ?? 20_000) / (this._transports.length + 1);
      this._timer = this._clock.set(() => this._failed(new Error('timeout')), share);
    }
  }
}

/** Asks the application for what the handshake carries. A function with a parameter gets Socket.IO's callback. */
export async function credentials(
  auth: RealtimeOptions['auth'],
): Promise<{ token?: unknown; guard?: unknown }> {
  const value =
    typeof auth !== 'function'
      ? auth
      : auth.length
        ? new Promise(auth as (resolve: unknown) => void)
        : auth();
  const known = await value;
  return typeof known === 'string' ? { token: known } : ((known as object) ?? {});
}
