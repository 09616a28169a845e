import { resolveSettings } from '../config';
import { createPublisher, PublishError, type Publisher } from '../publish';
import { RedisPublisher } from '../publish/redis';
import { OwnLink } from '../publish/redis-link';
import { Failure, readUrl } from './failure';

export interface PublishOptions {
  url?: string;
  key?: string;
  redisUrl?: string;
  namespace: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Who sits before a terminal wants to know at once. */
const PATIENCE = { retries: 0 };

/** `toporia-gateway publish`: one message, over the HTTP API or through Redis; prints its id. */
export async function publish(
  channel: string,
  event: string,
  json: string,
  { namespace, ...where }: PublishOptions,
): Promise<void> {
  const publisher = publisherFor(where);
  const data = readData(json);
  try {
    const { id } = await publisher.broadcast(channel, event, data, { namespace });
    process.stdout.write(`${id}\n`);
  } catch (error) {
    if (error instanceof PublishError) throw new Failure(error.message);
    // What can be seen to be wrong before anybody is asked.
    throw new Failure(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), 2);
  } finally {
    await publisher.close();
  }
}

/** Flags win over the environment, where `REALTIME_BROKER=redis` means Redis unless `--url` or `--key` says otherwise. */
function publisherFor({ url, key, redisUrl }: Omit<PublishOptions, 'namespace'>): Publisher {
  const isHttp = url !== undefined || key !== undefined;
  if (redisUrl !== undefined && isHttp) {
    throw new Failure('--redis-url is one way and --url with --key another: give one of the two', 2);
  }
  if (redisUrl !== undefined) return throughRedis({ 'redis-url': redisUrl });
  return !isHttp && process.env.REALTIME_BROKER === 'redis' ? throughRedis({}) : overHttp(url, key);
}

function throughRedis(flags: Readonly<Record<string, string>>): Publisher {
  const { redis, limits } = resolveSettings({ flags: { ...flags, broker: 'redis' }, env: process.env });
  return new RedisPublisher(new OwnLink(redis), { ...PATIENCE, prefix: redis.prefix, limits });
}

function overHttp(url = DEFAULT_URL, key = process.env.REALTIME_API_KEY?.split(',')[0]?.trim()): Publisher {
  const { origin } = readUrl(url);
  if (!key) throw new Failure('a key of the HTTP API is needed: give --key, or set REALTIME_API_KEY', 2);
  try {
    return createPublisher({ ...PATIENCE, url: origin, key });
  } catch {
    throw new Failure('the key holds characters that no key has', 2);
  }
}

function readData(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Failure(
      `the data is not JSON: ${JSON.stringify(json)}; text needs its quotes, as in '"hello"'`,
      2,
    );
  }
}
