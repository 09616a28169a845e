import type { Server } from 'socket.io';
import type { Logger } from '../logger';
import type { Settings } from '../settings';
import type { Broker } from './broker';
import { RedisBroker } from './redis/redis-broker';
import { linkSocketIo } from './redis/socket-io';

/** What the settings link this gateway to others by; nothing where they don't. */
export function brokerOf({ broker, redis, limits }: Settings, logger: Logger): Broker | undefined {
  if (broker !== 'redis') return undefined;
  return new RedisBroker({
    redis,
    bounds: {
      age: limits.room_log_age,
      messages: limits.room_log_messages,
      bytes: limits.room_log_bytes,
    },
    repeatsAge: limits.repeats_age,
    logger,
  });
}

/** Carries to all nodes what a program does with the Socket.IO server itself. */
export interface SocketIoLink {
  /** @throws {SettingsError} where a package is missing. */
  open(io: Server): Promise<void>;
  /** Once the server is closed. */
  close(): Promise<void>;
}

/** Nothing where there are no other nodes, or the program has an adapter of its own. */
export function socketIoLink({ broker, redis, socketio }: Settings): SocketIoLink | undefined {
  if (broker !== 'redis' || socketio.adapter) return undefined;
  let end: (() => Promise<void>) | undefined;
  return {
    async open(io) {
      end ??= await linkSocketIo(io, redis);
    },
    async close() {
      await end?.();
    },
  };
}
