import { describe, expect, it } from 'vitest';
import { errorIn, RealtimeError, toRealtimeError } from '../../src/client/errors';
import type { GatewayErrorCode } from '../../src/protocol';

const GATEWAY_CODES = {
  invalid_room: false,
  invalid_event: false,
  invalid_payload: false,
  reserved_event: false,
  not_in_room: false,
  forbidden: false,
  unauthorized: false,
  token_expired: false,
  rate_limited: true,
  limit: true,
  payload_too_large: false,
  unavailable: true,
  internal: true,
} satisfies Record<GatewayErrorCode, boolean>;

describe('errors', () => {
  it.each(Object.entries(GATEWAY_CODES))(
    'the gateway answer %s keeps its code; retryable: %s',
    (code, retryable) => {
      const answer = { code, message: 'what to do about it' };
      const error = toRealtimeError(answer);
      expect(error).toBeInstanceOf(RealtimeError);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({
        name: 'RealtimeError',
        code,
        message: answer.message,
        retryable,
        cause: answer,
      });
    },
  );

  it.each(['timeout', 'connection_lost', 'not_connected', 'connect_failed', 'queue_full'] as const)(
    '%s may succeed when it is tried again',
    (code) => {
      expect(new RealtimeError(code, '').retryable).toBe(true);
    },
  );

  it.each(['invalid_argument', 'aborted', 'closed', 'left', 'handler_failed', 'rejected'] as const)(
    '%s will not succeed when it is tried again',
    (code) => {
      expect(new RealtimeError(code, '').retryable).toBe(false);
    },
  );

  it.each(['E_NO_SUCH_MESSAGE', '', 42, undefined, null, {}, '__proto__'])(
    'an answer with the code %j, which is none of ours, is `rejected` and keeps it in its cause',
    (code) => {
      const answer = { code, message: 'no' };
      expect(toRealtimeError(answer)).toMatchObject({ code: 'rejected', message: 'no', cause: answer });
    },
  );

  it('takes a text, another error, and an error of its own', () => {
    const foreign = new TypeError('broken');
    const own = new RealtimeError('timeout', 'late');
    expect(toRealtimeError('no such room')).toMatchObject({ code: 'rejected', message: 'no such room' });
    expect(toRealtimeError(foreign, 'connect_failed')).toMatchObject({
      code: 'connect_failed',
      message: 'broken',
      cause: foreign,
    });
    expect(toRealtimeError(own, 'connect_failed')).toBe(own);
  });

  it.each([undefined, null, 0, Symbol('none')])('makes an error of %s', (cause) => {
    expect(toRealtimeError(cause)).toBeInstanceOf(RealtimeError);
  });

  it('tells when a new try may succeed, where the gateway told', () => {
    expect(toRealtimeError({ code: 'limit', message: '', retry_after: 250 }).retryAfter).toBe(250);
    expect(toRealtimeError({ code: 'limit', message: '' }).retryAfter).toBeUndefined();
    expect(new RealtimeError('timeout', '').retryAfter).toBeUndefined();
  });

  it('finds the error in an answer', () => {
    expect(errorIn({ error: { code: 'forbidden', message: 'no' } })).toMatchObject({ code: 'forbidden' });
    expect(errorIn({ error: 'no' })).toMatchObject({ code: 'rejected', message: 'no' });
  });

  it.each([undefined, null, 'error', [{ error: 'no' }], {}, { error: null }, { status: 'ok' }])(
    'finds none in %j',
    (reply) => {
      expect(errorIn(reply)).toBeUndefined();
    },
  );
});
