import { type ErrorReply, type GatewayErrorCode, MAX_ROOM_NAME } from '../../src/protocol';

/** What a client's acknowledgement callback gets; any JSON or binary value. */
export type Reply = unknown;

/** What most events are acknowledged with. */
export const OK: Readonly<{ status: 'ok' }> = Object.freeze({ status: 'ok' });

/** A request that was turned down. `room` is the name as the client sent it, so far as it can be told back. */
export function refuse(code: GatewayErrorCode, message: string, room?: unknown): ErrorReply {
  const error = { code, message };
  return typeof room === 'string' ? { error, room: room.slice(0, MAX_ROOM_NAME) } : { error };
}

/** An exception told to a client without anything of the gateway's insides. */
export function internalError(room?: string): ErrorReply {
  return refuse('internal', 'The gateway could not handle this event.', room);
}

/** Ms after which what could not be done without the broker may be tried again. */
const TRY_AGAIN = 1_000;

/** What needs the broker while that can't be reached. */
export function unavailable(room?: string): ErrorReply {
  const { error, ...rest } = refuse('unavailable', 'The gateway can not reach its broker; try again.', room);
  return { error: { ...error, retry_after: TRY_AGAIN }, ...rest };
}

export function isErrorReply(reply: unknown): reply is ErrorReply {
  return typeof reply === 'object' && reply !== null && Object.hasOwn(reply, 'error');
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Goes on with a value at once, or when it has come: what is not asynchronous costs no tick. */
export function after<T, R>(value: T | PromiseLike<T>, next: (value: T) => R): R | PromiseLike<R> {
  return isThenable(value) ? value.then(next) : next(value as T);
}

/** Runs what may throw or reject, with another value for when it does. */
export function guarded<T>(run: () => T | PromiseLike<T>, failed: (error: unknown) => T): T | PromiseLike<T> {
  try {
    const value = run();
    return isThenable(value) ? Promise.resolve(value as PromiseLike<T>).catch(failed) : value;
  } catch (error) {
    return failed(error);
  }
}

/** Does one thing after the other and gathers the replies; without a wait so long as none is asynchronous. */
export function inOrder<T>(
  items: readonly T[],
  run: (item: T) => Reply | PromiseLike<Reply>,
): Reply[] | Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let index = 0; index < items.length; index++) {
    const reply = run(items[index] as T);
    if (isThenable(reply)) return theRest(replies, reply, items.slice(index + 1), run);
    replies.push(reply);
  }
  return replies;
}

async function theRest<T>(
  replies: Reply[],
  pending: PromiseLike<Reply>,
  items: readonly T[],
  run: (item: T) => Reply | PromiseLike<Reply>,
): Promise<Reply[]> {
  replies.push(await pending);
  for (const item of items) replies.push(await run(item));
  return replies;
}
