import type { GatewayErrorCode } from '../protocol';

/** Every way in which a call of the SDK can fail; the list is closed. */
export type RealtimeErrorCode =
  | GatewayErrorCode
  /** A name, URL or option that can't work; the message says what would. */
  | 'invalid_argument'
  /** No answer came in time. */
  | 'timeout'
  /** The caller's `AbortSignal` fired. */
  | 'aborted'
  /** The connection ended before the answer came; the message may have reached the gateway. */
  | 'connection_lost'
  /** There is no connection, and the message was not to be kept for the next. */
  | 'not_connected'
  /** No connection could be made. */
  | 'connect_failed'
  /** `disconnect()` was called. */
  | 'closed'
  /** The endpoint or the authorizer for private rooms failed; `cause` has its status and body. */
  | 'authorization_failed'
  /** The room was left before the join was answered. */
  | 'left'
  /** The gateway can't do that: `delivery: 'at-least-once'` needs one that drops repeats. */
  | 'unsupported'
  /** The offline queue holds as many messages as it may. */
  | 'queue_full'
  /** One of the application's own handlers threw; `cause` is what it threw. */
  | 'handler_failed'
  /** The other side answered with an error that has no code of this list. */
  | 'rejected';

/** The one class of error that the SDK throws, rejects with, and hands to acks and `error` events. */
export class RealtimeError extends Error {
  override readonly name = 'RealtimeError';

  /**
   * Whether the message may have arrived at the gateway; `false` where it never left. Absent where the error is not about
   * something that `emit` or `request` sent.
   */
  declare readonly maybeSent?: boolean;

  constructor(
    readonly code: RealtimeErrorCode,
    message: string,
    /** What led to it: the error underneath, or the gateway's answer. */
    override readonly cause?: unknown,
  ) {
    super(message);
  }

  /** Whether the same call may succeed later without any change. */
  get retryable(): boolean {
    return /^(timeout|conn|not_c|queue|rate|limit|internal|auth|unav)/.test(this.code);
  }

  /** Milliseconds after which a new try may succeed, where the gateway told. */
  get retryAfter(): number | undefined {
    return (this.cause as { retry_after?: number } | undefined)?.retry_after;
  }
}

const GATEWAY_CODES =
  /^(invalid_(room|event|payload)|reserved_event|not_in_room|forbidden|unauthorized|token_expired|rate_limited|limit|payload_too_large|unavailable|internal)$/;

/** The error in an answer, or `undefined` where it holds none. */
export function errorIn(reply: unknown): RealtimeError | undefined {
  const { error } = Object(reply) as { error?: unknown };
  return error ? toRealtimeError(error) : undefined;
}

/** Makes a `RealtimeError` of `{ code, message }`, of a text, or of any error of another library. */
export function toRealtimeError(cause: unknown, fallback: RealtimeErrorCode = 'rejected'): RealtimeError {
  if (cause instanceof RealtimeError) return cause;
  const { code, message = cause } = Object(cause) as { code?: unknown; message?: unknown };
  const isKnown = typeof code === 'string' && GATEWAY_CODES.test(code);
  const text = typeof message === 'string' ? message : fallback;
  return new RealtimeError(isKnown ? (code as GatewayErrorCode) : fallback, text, cause);
}
