import type { BroadcastOptions, Published as PublishedHere, SendToUserOptions } from '../api';
import type { LimitSettings } from '../config/limit-settings';

/** What has been published. */
export type Published = Pick<PublishedHere, 'id'>;

export interface PublishOptions extends BroadcastOptions {
  /** Ends the waiting; the message may have been published all the same. */
  signal?: AbortSignal;
}

export interface UserPublishOptions extends SendToUserOptions {
  /** Ends the waiting; the message may have been published all the same. */
  signal?: AbortSignal;
}

/** One message of a batch. */
export interface PublisherMessage extends BroadcastOptions {
  channel: string;
  event: string;
  data?: unknown;
}

/**
 * Publishes from outside of a gateway: a worker, a cron job, a serverless function.
 *
 * Each promise is settled when the message has been taken, or given up. Bad input rejects with the same errors that a gateway
 * throws, everything else with a `PublishError`. Messages that must be in order are awaited one by one, or are one batch.
 */
export interface Publisher extends AsyncDisposable {
  /** To the members of a channel. */
  broadcast(channel: string, event: string, data?: unknown, options?: PublishOptions): Promise<Published>;
  /** To every connection of a user, on whatever nodes. */
  sendToUser(
    userId: string | number,
    event: string,
    data?: unknown,
    options?: UserPublishOptions,
  ): Promise<Published>;
  /** Several at once, in their order; the answers are in the same. */
  batch(messages: readonly PublisherMessage[], options?: { signal?: AbortSignal }): Promise<Published[]>;
  /** Takes nothing more, and waits for what is under way. May be called again. */
  close(): Promise<void>;
}

export interface HttpPublisherOptions {
  /** Address of any node, or of what stands before them, such as `https://realtime.example.com`. */
  url: string | URL;
  /** A key of the gateway's HTTP API. */
  key: string;
  /** Longest wait for one message, all tries together, in ms; 15,000 by default. */
  timeout?: number;
  /** Longest wait for one try, in ms; 5,000 by default. */
  attemptTimeout?: number;
  /** How often a message is tried again at most, where that may help; as often as the time allows by default. */
  retries?: number;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

/** A client of ioredis, or a cluster of it. */
export interface RedisClient {
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  spublish(channel: string, message: string): Promise<unknown>;
  readonly isCluster?: boolean;
}

/** Options of ioredis, of which these are the usual ones. */
export interface RedisConnection {
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  /** Number of the database. */
  db?: number;
  [option: string]: unknown;
}

export interface RedisPublisherOptions {
  /**
   * The Redis of gateways with `broker: 'redis'`: a URL such as `redis://127.0.0.1:6379`, options of ioredis, or a client of
   * ioredis, which stays open and its owner's.
   */
  redis: string | RedisConnection | RedisClient;
  /** Begins the names of all streams and channels, as with the gateways; `realtime:` by default. */
  prefix?: string;
  /** Longest wait for one message, all tries together, in ms; 15,000 by default. */
  timeout?: number;
  /** Longest wait for one try, in ms; 5,000 by default. */
  attemptTimeout?: number;
  /** How often a message is tried again at most, where that may help; as often as the time allows by default. */
  retries?: number;
  /** Where they are other than by default with the gateways. */
  limits?: Partial<
    Pick<LimitSettings, 'room_log_age' | 'room_log_messages' | 'room_log_bytes' | 'repeats_age'>
  >;
}
