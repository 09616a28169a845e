import type { ClientErrorCode } from '../client-error';

export type ErrorCode = ClientErrorCode;

/** The codes that an error may have; a program's own would be without number. */
export const ERROR_CODES: readonly ErrorCode[] = [
  'invalid_room',
  'invalid_event',
  'invalid_payload',
  'reserved_event',
  'not_in_room',
  'forbidden',
  'unauthorized',
  'token_expired',
  'rate_limited',
  'limit',
  'payload_too_large',
  'internal',
  'unavailable',
  'rejected',
];
