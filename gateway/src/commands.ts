import { HELLO } from '../../src/protocol';
import { authenticate } from './auth/authenticate';
import type { TokenVerifier } from './auth/jwt';
import type { TokenLives } from './auth/token-lives';
import { runBatch } from './batch';
import type { Connection } from './connection';
import type { Command } from './dispatch';
import { hello } from './greeting';
import type { Joining } from './joining';
import { updatePresence } from './presence/presence-update';

export interface CommandsOptions {
  readonly joining: Joining;
  readonly verifier: TokenVerifier;
  readonly lives: TokenLives;
  readonly batchSize: number;
  readonly onBatchLimit: Parameters<typeof runBatch>[2]['onLimit'];
  /** Says why a user may not have a connection, if it may not. */
  readonly userRefusal: Parameters<typeof authenticate>[4];
  readonly handle: Parameters<typeof runBatch>[2]['handle'];
  readonly onError: (error: unknown, event: unknown, connection: Connection) => void;
}

/** The events by which a client asks the gateway itself for something (protocol, section 1). */
export function createCommands(options: CommandsOptions): ReadonlyMap<string, Command> {
  const { joining, verifier, lives, batchSize, userRefusal, handle, onError } = options;
  const { mostRooms } = joining;
  const batch = { limit: batchSize, mostRooms, onLimit: options.onBatchLimit, handle, onError };
  const join: Command = (connection, payload) => joining.join(connection, payload);
  const leave: Command = (connection, payload) => joining.leave(connection, payload);
  return new Map<string, Command>([
    ['join', join],
    ['join-room', join],
    ['subscribe', (connection, payload) => joining.subscribe(connection, payload)],
    ['leave', leave],
    ['leave-room', leave],
    ['unsubscribe', (connection, payload) => joining.unsubscribe(connection, payload)],
    ['auth', (connection, payload) => authenticate(connection, payload, verifier, lives, userRefusal)],
    ['batch', (connection, payload) => runBatch(connection, payload, batch)],
    ['presence.update', updatePresence],
    [HELLO, hello],
  ]);
}
