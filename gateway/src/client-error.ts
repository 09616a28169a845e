import type { GatewayErrorCode } from '../../src/protocol';
import { guarded, type Reply } from './replies';

/** The codes of the protocol, and `rejected`, for what is the application's own affair. */
export type ClientErrorCode = GatewayErrorCode | 'rejected';

/** The same for the ESM and the CommonJS build, of which a program may load both. */
const BRAND = Symbol.for('toporia-gateway.ClientError');

/** Longest message that is told, in characters. */
const MAX_MESSAGE = 1_000;

/**
 * What a handler or a middleware throws to refuse: code and message are told to the client, as the error of its
 * ack. Of any other error the client learns only that something failed.
 *
 * @example
 * throw new ClientError('forbidden', 'Only the host may close the poll.');
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** @internal */
  readonly [BRAND] = true;
  /** Milliseconds after which a new try may succeed. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    options: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.retryAfter = options.retryAfter;
  }
}

/** What a client is told of an error, or `undefined` for one that is none of its business. */
export function refusalIn(error: unknown, room?: string): Reply {
  if (!(error instanceof Error) || !(BRAND in error)) return undefined;
  const { code, message, retryAfter } = error as ClientError;
  const told = { code, message: String(message).slice(0, MAX_MESSAGE) };
  const withRetry = retryAfter === undefined ? told : { ...told, retry_after: retryAfter };
  return room === undefined ? { error: withRetry } : { error: withRetry, room };
}

/** Runs a program's code: a `ClientError` becomes the reply, and other errors go on. */
export function answering(run: () => Reply | PromiseLike<Reply>): Reply | PromiseLike<Reply> {
  return guarded<Reply>(run, (error) => {
    const refusal = refusalIn(error);
    if (refusal === undefined) throw error;
    return refusal;
  });
}
