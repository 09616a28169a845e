import type { Deadlines } from './deadlines';
import { RealtimeError } from './errors';
import type { SendOptions } from './options';
import type { RealtimeSocket } from './socket';

/** Ends a message: with an error of the SDK's own, or with whatever the other side answered. */
export type Settle = (error: RealtimeError | undefined, reply?: unknown) => void;

export interface Message {
  _event: string;
  _args: unknown[];
  /** Gone as soon as it has been called. */
  _settle: Settle | undefined;
  _isVolatile: boolean | undefined;
  /** Names the ack that Socket.IO holds, once sent. */
  _id?: number | undefined;
  /** Ends the deadline. */
  _stop?: () => void;
}

/**
 * What waits for an answer. Each message is settled exactly once: by the answer, its timeout, its signal, or the loss
 * of the connection.
 */
export class Requests {
  private readonly _inFlight = new Set<Message>();

  constructor(
    readonly _socket: RealtimeSocket,
    private readonly _deadlines: Deadlines,
  ) {}

  /** Sends at once; there must be a connection. */
  _request(event: string, args: unknown[], settle: Settle, options?: SendOptions): void {
    const message = this._prepare(event, args, settle, options);
    // Not sent when the connection turns out to be dead, and then settled with it.
    if (message._settle && !this._write(message)) this._inFlight.add(message);
  }

  /** The message has no `_settle` any more when its signal has fired already. */
  _prepare(event: string, args: unknown[], settle: Settle | undefined, options?: SendOptions): Message {
    const message: Message = { _event: event, _args: args, _settle: settle, _isVolatile: options?.volatile };
    if (settle) {
      message._stop = this._deadlines._watch(event, options, (error) => this._end(message, error));
    }
    return message;
  }

  /**
   * Returns false when the connection is dead and the message is not on its way. One that can't be sent at all is
   * settled with the error, which is thrown where nobody waits for it.
   */
  _write(message: Message): boolean {
    const { _event: event, _args: args, _settle: settle, _isVolatile: isVolatile } = message;
    const ack = settle && ((reply: unknown) => this._end(message, undefined, reply));
    try {
      message._id = this._socket._emit(event, args, ack, isVolatile);
    } catch (error) {
      if (!settle) throw error;
      this._end(message, error as RealtimeError);
      return true;
    }
    if (message._id === undefined) return false;
    if (ack) this._inFlight.add(message);
    return true;
  }

  _lost(): void {
    for (const message of this._inFlight) {
      this._end(
        message,
        new RealtimeError(
          'connection_lost',
          `${message._event}: the connection was lost before the answer; it may have arrived`,
        ),
      );
    }
  }

  _end(message: Message, error: RealtimeError | undefined, reply?: unknown): void {
    const { _settle: settle, _id: id } = message;
    if (!settle) return;
    message._settle = undefined;
    message._stop?.();
    this._inFlight.delete(message);
    if (error && id !== undefined) this._socket._forget(id);
    settle(error, reply);
  }
}

/** What every call meets after `disconnect()`. */
export function closed(what: string): RealtimeError {
  return new RealtimeError('closed', `${what}: disconnected; call connect()`);
}
