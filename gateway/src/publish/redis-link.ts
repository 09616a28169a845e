import { type Client, loadClients } from '../broker/redis/client';
import type { RedisSettings } from '../broker/redis/options';
import { infoProblem, problemOf, readInfo } from '../broker/redis/problems';
import type { Script } from '../broker/redis/script';
import { SettingsError } from '../config/error';
import { PublishError } from './error';
import type { RedisClient, RedisPublisherOptions } from './types';

/** The way to Redis, by a client of one's own or by another's. */
export interface RedisLink {
  readonly isCluster: boolean;
  /** Runs a script in one step. */
  run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    signal: AbortSignal,
  ): Promise<unknown>;
  announce(channel: string, text: string, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** @throws {TypeError} for what is neither a URL, nor options, nor a client. */
export function linkTo(redis: RedisPublisherOptions['redis']): RedisLink {
  const usual = { host: '127.0.0.1', port: 6379, db: 0, tls: false, prefix: '' };
  if (typeof redis === 'string') {
    const { protocol } = URL.canParse(redis) ? new URL(redis) : { protocol: '' };
    // It may hold a password, so it is not shown.
    if (!/^rediss?:$/.test(protocol))
      throw new TypeError('redis: the URL must be one such as redis://127.0.0.1:6379');
    return new OwnLink({ ...usual, url: redis });
  }
  if (hasKeyPrefix(redis)) {
    throw new TypeError(
      'redis: leave keyPrefix out, which is only for keys; prefix of the publisher is for all names',
    );
  }
  if (isClient(redis)) return new Link(() => Promise.resolve(redis), redis.isCluster === true, usual);
  if (typeof redis === 'object' && redis !== null && Object.getPrototypeOf(redis) === Object.prototype) {
    return new OwnLink({ ...usual, options: redis });
  }
  throw new TypeError('redis: it must be a URL, options of ioredis, or a client of ioredis');
}

function isClient(value: unknown): value is RedisClient {
  const { evalsha, eval: evaluate } = Object(value) as Record<string, unknown>;
  return typeof evalsha === 'function' && typeof evaluate === 'function';
}

/** It would put the streams elsewhere, and leave the channels where they are. */
function hasKeyPrefix(redis: object): boolean {
  const { options, keyPrefix = Object(options).keyPrefix } = redis as Record<string, unknown>;
  return keyPrefix !== undefined && keyPrefix !== '' && keyPrefix !== null;
}

class Link implements RedisLink {
  constructor(
    private readonly client: (signal: AbortSignal) => Promise<RedisClient>,
    readonly isCluster: boolean,
    private readonly settings: RedisSettings,
  ) {}

  run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const all = [...keys, ...args].map(String);
    return this.#ask(signal, async (client) => {
      try {
        return await client.evalsha(script.sha, keys.length, ...all);
      } catch (error) {
        if (!/^NOSCRIPT/.test(messageOf(error))) throw error;
        return await client.eval(script.source, keys.length, ...all);
      }
    });
  }

  announce(channel: string, text: string, signal: AbortSignal): Promise<unknown> {
    return this.#ask(signal, (client) =>
      this.isCluster ? client.spublish(channel, text) : client.publish(channel, text),
    );
  }

  async close(): Promise<void> {}

  async #ask(signal: AbortSignal, command: (client: RedisClient) => Promise<unknown>): Promise<unknown> {
    const client = await this.client(signal);
    try {
      return await unlessAborted(command(client), signal);
    } catch (error) {
      throw signal.aborted ? error : asPublishError(error, this.settings, true);
    }
  }
}

/** With a client that is made when it is first needed. */
export class OwnLink extends Link {
  #made: Promise<Client> | undefined;
  /** The client that has been found to be connected to a server that will do. */
  #checked: Client | undefined;

  constructor(private readonly redis: RedisSettings) {
    super((signal) => this.#ready(signal), redis.cluster !== undefined, redis);
  }

  override async close(): Promise<void> {
    const client = await this.#made?.catch(() => undefined);
    client?.disconnect();
  }

  async #ready(signal: AbortSignal): Promise<RedisClient> {
    this.#made ??= this.#make();
    const client = await this.#made;
    if (client.status !== 'ready') await unlessAborted(untilReady(client, this.redis), signal);
    if (this.#checked !== client) {
      const info = readInfo(await this.#info(client, signal));
      const problem = infoProblem(info, this.redis);
      // It may finish loading, or become a primary; it won't become another version.
      const retryable = Number.parseInt(info.version, 10) >= 7;
      if (problem !== undefined) throw new PublishError('unavailable', problem, { retryable });
      this.#checked = client;
    }
    return client;
  }

  async #info(client: Client, signal: AbortSignal): Promise<string> {
    try {
      return await unlessAborted(client.info(), signal);
    } catch (error) {
      throw signal.aborted ? error : asPublishError(error, this.redis, false);
    }
  }

  async #make(): Promise<Client> {
    const create = await loadClients(this.redis).catch((cause) => {
      if (!(cause instanceof SettingsError)) throw cause;
      throw new Error('To publish through Redis a package is missing: npm install ioredis', { cause });
    });
    const client = create();
    // Who waits for it hears of them.
    client.on('error', () => {});
    client.on('close', () => {
      this.#checked = undefined;
    });
    client.connect().catch(() => {});
    return client;
  }
}

/** Refused with what stands in the way; the client goes on trying all the same. */
function untilReady(client: Client, settings: RedisSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (outcome: () => void) => {
      client.off('ready', ready).off('error', failed);
      outcome();
    };
    const ready = () => done(resolve);
    const failed = (error: unknown) => done(() => reject(asPublishError(error, settings, false)));
    client.on('ready', ready).on('error', failed);
  });
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What may be over soon. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS|UNBLOCKED)/;
const NOT_ALLOWED = /NOAUTH|WRONGPASS|NOPERM|invalid password/i;

/** `sent`: the command had been sent, so that it may have been done where no answer has come. */
function asPublishError(cause: unknown, settings: RedisSettings, sent: boolean): PublishError {
  if (cause instanceof PublishError) return cause;
  const problem = problemOf(cause, settings);
  const message = messageOf(cause);
  if (NOT_ALLOWED.test(message)) return new PublishError('unauthorized', problem, { cause });
  if (cause instanceof Error && cause.name === 'ReplyError') {
    const retryable = PASSING.test(message);
    return new PublishError(retryable ? 'unavailable' : 'internal', problem, { cause, retryable });
  }
  const maybePublished = sent && !/isn't writeable/.test(message);
  return new PublishError('unreachable', problem, { cause, retryable: true, maybePublished });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
