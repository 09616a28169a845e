import { isRecord } from '../protocol';
import type { Clock, Timer } from './clock';
import type { Connection } from './connection';
import { RealtimeError } from './errors';
import type { GatewayKind } from './gateway-kind';
import type { RealtimeOptions, SendOptions } from './options';
import type { Handshake } from './payload-limit';
import type { Settle } from './requests';
import { authenticate, type TokenHolder } from './token-renewal';

/** What is needed of the client. */
interface Client extends TokenHolder {
  readonly _clock: Clock;
  readonly _connection: Connection;
  readonly _rooms: { readonly _gateway: GatewayKind };
  readonly state: string;
  getSocket(): { auth: unknown };
  _send(event: string, args: unknown[], settle?: Settle, options?: SendOptions): void;
}

/** Why Engine.IO ends a connection on which no ping has come. */
const EXPIRED = 'ping timeout';

/** It has no polling: to wait for its refusal would only cost time. */
export function transportsOf(options: RealtimeOptions): RealtimeOptions {
  return options.protocol === 'toporia-php' ? { ...options, transports: ['websocket'] } : options;
}

/** What a client does otherwise with the PHP gateway, and does not with another. */
export class PhpGateway {
  private _timer: Timer | undefined;
  /** How long this connection lives, in ms: the gateway announces pings and never sends one. */
  private _life = 0;

  constructor(
    private readonly _client: Client,
    private readonly _handshake: () => Handshake,
  ) {}

  _opened(): void {
    const { _client: client } = this;
    this._life = 0;
    if (!client._rooms._gateway._isPhp) return;
    const auth = client.getSocket().auth as { token?: unknown };
    // It takes a token by an event alone.
    if (auth.token) authenticate(client, auth);
    const { pingInterval = 0, pingTimeout = 0 } = this._handshake();
    // Less is nonsense, and would make a storm.
    if (pingInterval + pingTimeout > 99) this._life = pingInterval + pingTimeout;
    if (this._life) this._endIn(this._life * 0.9);
  }

  /** A connection that is near its end is better ended while nothing waits for an answer, which would be lost. */
  private _endIn(milliseconds: number): void {
    const { _client: client } = this;
    this._timer = client._clock.set(() => {
      if (client._requests._waiting.size) this._endIn(this._life / 200);
      else {
        client._connection._socket._end();
        client._connection._lost(EXPIRED);
      }
    }, milliseconds);
  }

  /** That a connection has come to its end is no sign of trouble: there is no reason to stay away. */
  _lost(reason: string): void {
    const { _client: client } = this;
    client._clock.clear(this._timer);
    if (this._life && reason === EXPIRED && client.state === 'reconnecting') client.reconnect();
  }

  /**
   * It takes one argument, so the room that a message is for goes into the payload, where its own broker puts it.
   * Returns nothing when the message has been sent, event by event: it knows no `batch`.
   */
  _outgoing(
    event: string,
    args: unknown[],
    settle: Settle | undefined,
    options: SendOptions | undefined,
  ): unknown[] | undefined {
    const { _client: client } = this;
    const [data, scope] = args;
    if (!client._rooms._gateway._isPhp) return args;
    if (event === 'batch' && Array.isArray(data)) {
      sendEach(data, (name, payload, done) => client._send(name, payload, done, options), settle);
      return undefined;
    }
    if (event === 'presence.update') {
      throw new RealtimeError('unsupported', 'The PHP gateway has no "presence.update"');
    }
    const { room } = Object(scope) as { room?: string };
    return room && (data === undefined || isRecord(data)) ? [{ channel: room, ...data }] : args.slice(0, 1);
  }
}

/** Answers as our gateway answers a batch. */
function sendEach(
  items: readonly unknown[],
  send: (event: string, args: unknown[], settle: Settle) => void,
  settle: Settle | undefined,
): void {
  const results: unknown[] = [];
  const count = items.length;
  let left = count + 1;
  const checkDone = () => {
    if (!--left) settle?.(undefined, { status: 'ok', count, results });
  };
  items.forEach((item, index) => {
    const { event, data, 0: name = event, 1: payload = data } = Object(item);
    const done: Settle = (error, reply) => {
      results[index] = error ? { error } : reply;
      checkDone();
    };
    try {
      send(name, [payload], done);
    } catch (error) {
      done(error as never);
    }
  });
  checkDone();
}
