import type { Socket } from 'socket.io';
import type { User } from '../api';
import type { JoinPolicy } from '../auth/join-policy';
import type { Connection } from '../connection';
import type { Logger } from '../logger';
import type { Reply } from '../replies';
import { around } from './around';
import type { ClientInfo, GatewayHooks, PublishInfo, RequestInfo } from './hooks';

type Later<T> = T | PromiseLike<T>;
type Handle = (connection: Connection, event: unknown, args: unknown[]) => Later<Reply>;

/** Puts a program's hooks around the parts of a gateway; a part without a hook stays as it is. */
export class Hooked {
  readonly #hooks: GatewayHooks;
  readonly #onError: (error: unknown) => void;

  constructor(hooks: GatewayHooks, logger: Logger) {
    this.#hooks = hooks;
    this.#onError = (error) => logger.error({ err: error }, 'a hook failed');
  }

  handle(handle: Handle): Handle {
    const { event: hook } = this.#hooks;
    if (!hook) return handle;
    return (connection, event, args) => {
      const info = {
        ...infoOf(connection.socket),
        event: typeof event === 'string' ? event : '',
        data: args[0],
      };
      return around(hook, info, () => handle(connection, event, args), this.#onError);
    };
  }

  policy(policy: JoinPolicy): JoinPolicy {
    const { join: hook } = this.#hooks;
    if (!hook) return policy;
    return (connection, room, details, dialect) => {
      const info = { ...infoOf(connection.socket), room };
      return around(hook, info, () => policy(connection, room, details, dialect), this.#onError);
    };
  }

  publish<Result>(info: () => PublishInfo, act: () => Result): Result {
    const { publish: hook } = this.#hooks;
    return hook ? around(hook, info(), act, this.#onError) : act();
  }

  request<Result>(info: () => RequestInfo, act: () => Result): Result {
    const { request: hook } = this.#hooks;
    return hook ? around(hook, info(), act, this.#onError) : act();
  }

  connection(socket: Socket): void {
    const { connection: hook } = this.#hooks;
    if (!hook) return;
    const guarded = <T>(call: () => T): T | undefined => {
      try {
        return call();
      } catch (error) {
        this.#onError(error);
        return undefined;
      }
    };
    const ended = guarded(() => hook(infoOf(socket)));
    if (typeof ended === 'function') socket.once('disconnect', (reason) => guarded(() => ended(reason)));
  }
}

function infoOf(socket: Socket): ClientInfo {
  return { namespace: socket.nsp.name, socket, user: (socket.data as { user?: User }).user };
}
