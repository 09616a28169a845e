/** What the gateway answers in `{ error: { code, message } }`, in a refused handshake, or in `auth_error`. */
export type GatewayErrorCode =
  | 'invalid_room'
  | 'invalid_event'
  | 'invalid_payload'
  | 'reserved_event'
  | 'not_in_room'
  | 'forbidden'
  | 'unauthorized'
  | 'token_expired'
  | 'rate_limited'
  | 'limit'
  | 'payload_too_large'
  /** What links the gateway to others can't be reached at the moment. */
  | 'unavailable'
  | 'internal';

/** Why the gateway ends a connection (`toporia:bye`). */
export type ByeCode = 'restart' | 'kicked' | 'token_expired' | 'limit';

export interface GatewayError {
  code: GatewayErrorCode;
  message: string;
  /** Milliseconds after which a new try may succeed. */
  retry_after?: number;
  /** HTTP status of the application's endpoint, where that did not admit. */
  status?: number;
}
