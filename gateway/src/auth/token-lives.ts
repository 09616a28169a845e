import {
  BYE,
  type ByePayload,
  TOKEN_EXPIRING,
  type TokenExpiredPayload,
  type TokenExpiringPayload,
} from '../../../src/protocol';
import type { User } from '../api';
import { type Clock, systemClock } from '../clock';
import type { Connection } from '../connection';
import type { Logger } from '../logger';
import { leave, leaveUserRoom } from '../rooms';
import { isAlone } from '../socket-io-internals';
import { Alarm } from './alarm';

/** How long before its end a token is said to be ending, in ms; at half of its life where that is shorter. */
const WARNING = 30_000;

export interface TokenLivesOptions {
  /** Ms for which a token holds beyond its `exp`, as clocks differ. */
  readonly tolerance: number;
  /** Ms in which a client may bring a fresh token once its own has expired. */
  readonly grace: number;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
}

/** Follows the tokens of all connections to their ends: a warning, the loss of what they gave, and the goodbye. */
export class TokenLives {
  readonly #options: TokenLivesOptions;
  readonly #clock: Clock;
  readonly #alarms = new Map<Connection, Alarm>();

  constructor(options: TokenLivesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Follows the token that the connection's user came with, in place of an earlier one. */
  follow(connection: Connection): void {
    this.forget(connection);
    const end = connection.user && expiryOf(connection.user);
    if (end === undefined) return;
    const alarm = new Alarm(this.#clock);
    this.#alarms.set(connection, alarm);
    const expire = () => alarm.set(end + this.#options.tolerance, () => this.#expire(connection, alarm));
    if (connection.dialect !== 'sdk') {
      expire();
      return;
    }
    const life = Math.max(0, end - this.#clock.now());
    alarm.set(end - Math.min(WARNING, life / 2), () => {
      const payload: TokenExpiringPayload = { expires_in: Math.max(0, Math.round(end - this.#clock.now())) };
      connection.socket.emit(TOKEN_EXPIRING, payload);
      expire();
    });
  }

  /** When the connection is gone. */
  forget(connection: Connection): void {
    this.#alarms.get(connection)?.clear();
    this.#alarms.delete(connection);
  }

  /** All that the token gave ends in one step, before the client hears of it. What is public stays. */
  #expire(connection: Connection, alarm: Alarm): void {
    const { socket } = connection;
    connection.expiredUser = connection.user;
    connection.user = undefined;
    leaveUserRoom(connection);
    for (const [name, { room }] of [...connection.rooms]) {
      if (room.kind !== 'public') leave(connection, name);
    }
    this.#options.logger.debug({ socket: connection.id }, 'a token has expired');
    const payload: TokenExpiredPayload = {
      code: 'token_expired',
      message: 'The token has expired; send a fresh one by "auth", or the connection is closed.',
    };
    socket.emit('auth_error', payload);
    alarm.set(this.#clock.now() + this.#options.grace, () => {
      const bye: ByePayload = { code: 'token_expired' };
      socket.emit(BYE, bye);
      // To any client this means not to come back by itself, which with the same token would be in vain.
      socket.disconnect(isAlone(socket));
    });
  }
}

/** In ms since 1970. */
function expiryOf({ claims }: User): number | undefined {
  return typeof claims.exp === 'number' ? claims.exp * 1_000 : undefined;
}
