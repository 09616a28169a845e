import { RealtimeError } from './errors';
import type { RealtimeSocket } from './socket';

/** Ends a message: with an error of the SDK's own, or with whatever the other side answered. */
export type Settle = (error: RealtimeError | undefined, reply?: unknown) => void;

export interface Message {
  _event: string;
  _args: unknown[];
  /** Gone as soon as it has been called. */
  _settle: Settle | undefined;
  /** Ends with the connection. */
  _isSent?: boolean;
  /** Names the ack that Socket.IO holds, once sent. */
  _id?: number | undefined;
}

/**
 * What waits for an answer. Each message is settled exactly once: by the answer, or by the loss of the connection, or
 * by whoever waits no longer.
 */
export class Requests {
  readonly _waiting = new Set<Message>();

  constructor(readonly _socket: RealtimeSocket) {}

  /** Sends at once; there must be a connection. If that turns out to be dead, the message ends with it. */
  _request(event: string, args: unknown[], settle: Settle): void {
    const message = this._prepare(event, args, settle);
    message._isSent = true;
    this._write(message);
  }

  _prepare(event: string, args: unknown[], settle: Settle | undefined): Message {
    const message: Message = { _event: event, _args: args, _settle: settle };
    if (settle) this._waiting.add(message);
    return message;
  }

  /**
   * Returns false when the connection is dead and the message is not on its way. One that can't be sent at all is
   * settled with the error, which is thrown where nobody waits for it.
   */
  _write(message: Message): boolean {
    const { _settle: settle } = message;
    const ack = settle && ((reply: unknown) => this._end(message, undefined, reply));
    try {
      message._id = this._socket._emit(message._event, message._args, ack);
    } catch (error) {
      if (!settle) throw error;
      this._end(message, error as RealtimeError);
      return true;
    }
    const isSent = message._id !== undefined;
    message._isSent ||= isSent;
    return isSent;
  }

  _lost(): void {
    for (const message of this._waiting) {
      if (message._isSent) {
        const text = `${message._event}: connection lost before the answer; it may have arrived`;
        this._end(message, new RealtimeError('connection_lost', text));
      }
    }
  }

  _end(message: Message, error: RealtimeError | undefined, reply?: unknown): void {
    const { _settle: settle, _id: id } = message;
    if (!settle) return;
    message._settle = undefined;
    this._waiting.delete(message);
    if (error && id !== undefined) this._socket._forget(id);
    settle(error, reply);
  }
}

/** What every call meets after `disconnect()`. */
export function closed(what: string): RealtimeError {
  return new RealtimeError('closed', `${what}: disconnected; call connect()`);
}
