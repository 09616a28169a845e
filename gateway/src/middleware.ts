import type { Middleware, MiddlewareEvent } from './api';
import { refusalIn } from './client-error';
import type { Connection } from './connection';
import type { Logger } from './logger';
import { guarded, internalError, type Reply } from './replies';

type Later<T> = T | PromiseLike<T>;
type Type = MiddlewareEvent['type'];

const REJECTED: Reply = Object.freeze({
  error: Object.freeze({ code: 'rejected', message: 'The gateway did not let this through.' }),
});

/** What a client wants to do, as far as a middleware is told. */
export interface Wish {
  readonly type: Type;
  readonly event: string;
  readonly room: string | undefined;
  readonly data: unknown;
}

/** Does a wish, with what the middlewares made of its data. */
type Deed = (data: unknown) => Later<Reply>;

/** The programs' own middlewares: the gateway's are passed first, then the namespace's, each in the order of registration. */
export class Middlewares {
  readonly #general: Middleware[] = [];
  readonly #byNamespace = new Map<string, Middleware[]>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** For one namespace, or for all. Returns what takes it away again. */
  add(namespace: string | undefined, middleware: Middleware): () => void {
    if (typeof middleware !== 'function') throw new TypeError('A middleware must be a function.');
    // Each registration is one of its own, also of a function that is registered already.
    const own: Middleware = (event, next) => middleware(event, next);
    const list = namespace === undefined ? this.#general : (this.#byNamespace.get(namespace) ?? []);
    list.push(own);
    if (namespace !== undefined) this.#byNamespace.set(namespace, list);
    return () => {
      const index = list.indexOf(own);
      if (index >= 0) list.splice(index, 1);
      if (list.length === 0 && namespace !== undefined && this.#byNamespace.get(namespace) === list) {
        this.#byNamespace.delete(namespace);
      }
    };
  }

  /** Whether there is anything to pass; asked for each event, so it must cost next to nothing. */
  serve(namespace: string): boolean {
    return this.#general.length > 0 || this.#byNamespace.has(namespace);
  }

  /** Lets a wish pass them all, and then does it. Never rejects. */
  run(connection: Connection, wish: Wish, deed: Deed): Later<Reply> {
    const namespace = connection.space.name;
    // As they are now: those that come or go meanwhile do not concern it.
    const stack = [...this.#general, ...(this.#byNamespace.get(namespace) ?? [])];
    const event: MiddlewareEvent = {
      ...wish,
      namespace,
      user: connection.user,
      socket: connection.socket,
    };
    const failed = (error: unknown): Reply => {
      const refusal = refusalIn(error, wish.type === 'message' ? undefined : wish.room);
      if (refusal !== undefined) return refusal;
      const details = { err: error, event: wish.event, socket: connection.id };
      this.#logger.error(details, 'an event could not be handled');
      return internalError(wish.type === 'message' ? undefined : wish.room);
    };
    const from = (index: number): Later<Reply> => {
      const middleware = stack[index];
      return guarded(
        () => (middleware ? pass(middleware, event, () => from(index + 1)) : deed(event.data)),
        failed,
      );
    };
    return from(0);
  }
}

/** Calls one middleware, and gives what the rest of them answered. */
async function pass(
  middleware: Middleware,
  event: MiddlewareEvent,
  rest: () => Later<Reply>,
): Promise<Reply> {
  let reply: Promise<Reply> | undefined;
  let over = false;
  const next = (): Promise<Reply> => {
    if (over) throw new Error('next() was called after the middleware had ended.');
    if (reply) throw new Error('next() was called twice in one middleware.');
    reply = Promise.resolve(rest());
    return reply;
  };
  try {
    await middleware(event, next);
  } finally {
    over = true;
    // What was begun has to end before the next event of this connection begins, whether it was awaited or not.
    await reply;
  }
  return reply ? await reply : REJECTED;
}
