import type { RedisOptions } from 'ioredis';
import type { Server } from 'socket.io';
import { ended } from './answered';
import { type Client, loadClients, loaded } from './client';
import { Keys } from './keys';
import type { RedisSettings } from './options';

/** Ms that Redis holds a look for what other nodes sent. */
const BLOCK = 2_000;
/** What is kept for a node that was cut off for a moment. */
const MOST_KEPT = 10_000;

/** What the adapter's own connections do: they wait until Redis is back. */
const WAITING: RedisOptions = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResubscribe: true,
  autoResendUnfulfilledCommands: true,
  // The adapter leaves the errors of a first connection that fails to nobody.
  lazyConnect: false,
};

/**
 * Has what a program does with the Socket.IO server itself reach all nodes: `io.to(room).emit(…)`, `fetchSockets()` and their
 * like. The gateway's own messages don't go this way. Gives what ends it, once the server is closed.
 *
 * @throws {SettingsError} where a package is missing.
 */
export async function linkSocketIo(io: Server, redis: RedisSettings): Promise<() => Promise<void>> {
  const { createAdapter } = await loaded(() => import('@socket.io/redis-streams-adapter'));
  const create = await loadClients(redis);
  const clients: Client[] = [];
  const make = (options: RedisOptions): Client => {
    const client = create(options);
    client.on('error', () => {});
    clients.push(client);
    return quiet(client);
  };
  // What can't be sent now is not sent; a queue would have no end.
  const main = make({ lazyConnect: false });
  if (main.status === 'wait') main.connect().catch(() => {});
  Object.assign(main, { duplicate: () => make(WAITING) });

  const name = `${new Keys(redis.prefix).nodes}-socket.io`;
  const options = {
    streamName: name,
    channelPrefix: name,
    sessionKeyPrefix: `${name}:session:`,
    useShardedPubSub: redis.cluster !== undefined,
    maxLen: MOST_KEPT,
    blockTimeInMs: BLOCK,
  };
  io.adapter(createAdapter(main, options));
  return async () => {
    await Promise.all(clients.map((client) => ended(client)));
  };
}

/** The adapter awaits none of these. */
function quiet<T extends Client>(client: T): T {
  for (const name of ['publish', 'spublish', 'subscribe', 'ssubscribe'] as const) {
    const command = client[name] as (...args: unknown[]) => Promise<unknown>;
    Object.assign(client, { [name]: (...args: unknown[]) => command.apply(client, args).catch(() => 0) });
  }
  return client;
}
