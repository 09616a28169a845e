import type { GatewayErrorCode } from '../../../src/protocol';

const LOCAL_CODES = [
  'unreachable',
  'timeout',
  'aborted',
  'closed',
  'unavailable',
  'api_off',
  'unexpected_answer',
] as const;

/**
 * Why a message could not be published: one of the gateway's codes, or
 *
 * - `unreachable`: nobody answers, or the connection broke off
 * - `timeout`: there was no answer in time
 * - `aborted`: by the signal that the call was given
 * - `closed`: the publisher was closed before
 * - `unavailable`: the gateway, its broker or the proxy before it can't do it now
 * - `api_off`: the gateway has no key for its HTTP API
 * - `unexpected_answer`: what answers is no gateway
 */
export type PublishErrorCode = GatewayErrorCode | (typeof LOCAL_CODES)[number];

const GATEWAY_CODES: Record<Exclude<GatewayErrorCode, 'unavailable'>, true> = {
  invalid_room: true,
  invalid_event: true,
  invalid_payload: true,
  reserved_event: true,
  not_in_room: true,
  forbidden: true,
  unauthorized: true,
  token_expired: true,
  rate_limited: true,
  limit: true,
  payload_too_large: true,
  internal: true,
};

export function isPublishErrorCode(code: unknown): code is PublishErrorCode {
  return (
    typeof code === 'string' &&
    (Object.hasOwn(GATEWAY_CODES, code) || (LOCAL_CODES as readonly string[]).includes(code))
  );
}

export interface Failure {
  readonly status?: number | undefined;
  /** It may have been published all the same. */
  readonly maybePublished?: boolean;
  /** Another try may succeed. */
  readonly retryable?: boolean;
  /** Ms to wait before that. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

export class PublishError extends Error {
  override readonly name = 'PublishError';
  /** Status of the HTTP answer, where there was one. */
  readonly status: number | undefined;
  /** The message may have been published all the same; publishing it again with the same `id` is safe. */
  readonly maybePublished: boolean;
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** Ms after which it may. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: PublishErrorCode,
    message: string,
    failure: Failure = {},
  ) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.status = failure.status;
    this.maybePublished = failure.maybePublished ?? false;
    this.retryable = failure.retryable ?? false;
    this.retryAfter = failure.retryAfter;
  }
}
