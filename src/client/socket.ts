import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';
import { DEFAULT_MAX_PAYLOAD } from '../protocol';
import type { Address } from './address';
import type { Clock, Timer } from './clock';
import { RealtimeError, toRealtimeError } from './errors';
import type { RealtimeOptions } from './options';

/** What the owner of a `RealtimeSocket` is told. */
export interface SocketEvents {
  _opened(id: string): void;
  /** A connection that was open has ended. */
  _lost(reason: string): void;
  /** A try to connect has failed; `byGateway` means that it was answered with a refusal. */
  _refused(error: RealtimeError, byGateway: boolean): void;
  _received(event: string, args: unknown[]): void;
}

/** Closed, waiting for the transport, waiting for the namespace to let us in, open. */
type Phase = 'closed' | 'opening' | 'greeting' | 'open';

/** What Socket.IO keeps to itself and the SDK must reach: see `_emit` and `_forget`. */
interface Internals {
  ids: number;
  acks: Record<number, unknown>;
  flags: object;
}

/** One Socket.IO socket for the life of a client. Tries to connect when told to, never by itself. */
export class RealtimeSocket {
  readonly _socket: Socket;
  /** Largest part of a packet that the gateway takes, in bytes; its handshake tells. */
  _maxPayload = DEFAULT_MAX_PAYLOAD;
  private readonly _transports: string[];
  private _phase: Phase = 'closed';
  private _timer: Timer | undefined;
  private _deadline = 0;
  /** How many transports this try has left. */
  private _left = 0;

  constructor(
    { uri, namespace }: Address,
    private readonly _options: RealtimeOptions,
    private readonly _clock: Clock,
    private readonly _events: SocketEvents,
  ) {
    const { auth, clock, logger, offlineQueue, ackTimeout, ...passed } = _options;
    const { transports } = passed;
    this._transports = transports?.length ? [...(transports as string[])] : ['websocket', 'polling'];
    // Retrying is the SDK's: a manager's own tells no delay, and starts anew before the namespace has let us in.
    const own = { autoConnect: false, reconnection: false, timeout: false, transports: this._transports };
    const manager = new Manager(uri, { ...passed, ...own } as unknown as Partial<ManagerOptions>);
    const socket = manager.socket(namespace);
    this._socket = socket;
    manager.on('open', () => this._enter('greeting', this._deadline));
    socket.on('connect', () => {
      this._enter('open');
      _events._opened(socket.id as string);
    });
    socket.on('disconnect', (reason) => {
      if (this._phase === 'open') {
        this._enter('closed');
        _events._lost(reason);
      } else this._failed(new Error(reason));
    });
    socket.on('connect_error', (error) =>
      this._failed(error, this._phase === 'greeting' && !('type' in error)),
    );
    socket.onAny((event: string, ...args: unknown[]) => _events._received(event, args));
  }

  /** Begins one try, over each transport in turn. Ends with `_opened` or `_refused`. */
  _open(auth: Record<string, unknown>): void {
    this._socket.auth = auth;
    this._left = this._transports.length;
    this._deadline = this._clock.now() + (this._options.timeout ?? 20_000);
    this._tryTransport();
  }

  /** Ends the connection or the try without a word to the owner. */
  _close(): void {
    this._enter('closed');
    this._socket.disconnect();
  }

  /**
   * Returns what names the ack, if there is one, or `undefined` when the connection turned out to be dead and the event
   * is not on its way. Throws a `RealtimeError` when the event can't be encoded.
   */
  _emit(
    event: string,
    args: unknown[],
    ack?: (reply: unknown) => void,
    isVolatile?: boolean,
  ): number | undefined {
    const socket = this._socket;
    const internals = socket as unknown as Internals;
    const id = internals.ids;
    try {
      (isVolatile ? socket.volatile : socket).emit(event, ...(ack ? [...args, ack] : args));
    } catch (error) {
      internals.flags = {};
      this._forget(id);
      throw toRealtimeError(error, 'invalid_payload');
    }
    // Past its ping Socket.IO buffers, and would send before the rooms are joined again: taken back.
    return socket.sendBuffer.splice(0).length ? undefined : id;
  }

  /** Lets go of an ack that nobody waits for any more; Socket.IO would keep it until the connection ends. */
  _forget(id: number): void {
    delete (this._socket as unknown as Internals).acks[id];
  }

  /** Gives the first transport its share of the time that is left. */
  private _tryTransport(): void {
    const now = this._clock.now();
    this._enter('opening', now + (this._deadline - now) / this._left);
    this._socket.connect();
    this._socket.io.engine.once('handshake', ({ maxPayload }) => {
      this._maxPayload = maxPayload || DEFAULT_MAX_PAYLOAD;
    });
  }

  private _failed(error: Error, byGateway = false): void {
    const phase = this._phase;
    if (phase === 'closed') return;
    this._close();
    if (phase === 'opening') {
      // The next try, too, begins with the transport that comes now: one that works stays first.
      this._transports.push(this._transports.shift() as string);
      if (--this._left) {
        this._tryTransport();
        return;
      }
    }
    const { data } = error as { data?: object };
    this._events._refused(
      byGateway
        ? toRealtimeError({ message: error.message, ...data }, 'connect_failed')
        : new RealtimeError('connect_failed', `Can't connect: ${error.message}`, error),
      byGateway,
    );
  }

  private _enter(phase: Phase, deadline?: number): void {
    this._clock.clear(this._timer);
    this._phase = phase;
    if (deadline) {
      const fail = () => this._failed(new Error('no answer in time'));
      this._timer = this._clock.set(fail, deadline - this._clock.now());
    }
  }
}
