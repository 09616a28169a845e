import type { BrokerMessage, RoomKey } from '../broker/broker';
import { Keys } from '../broker/redis/keys';
import { APPEND } from '../broker/redis/log-scripts';
import { messageJson } from '../broker/redis/message-json';
import { TIME_TO_LIVE } from '../broker/redis/options';
import { freshEpoch } from '../broker/redis/random';
import { LIMITS } from '../config/limit-table';
import { isLogged } from '../delivery/message';
import { Payload } from '../delivery/payload';
import { logKey } from '../log/room-log';
import { Calls } from './calls';
import { PublishError } from './error';
import { channelMessage, userMessage } from './message';
import type { RedisLink } from './redis-link';
import { type Patience, readPatience, tryUntilDone } from './retries';
import type {
  Published,
  Publisher,
  PublisherMessage,
  PublishOptions,
  RedisPublisherOptions,
  UserPublishOptions,
} from './types';

export type RedisPublishing = Omit<RedisPublisherOptions, 'redis'>;

/** Publishes through Redis as a node of the gateway does, whether any runs or not. */
export class RedisPublisher implements Publisher {
  readonly #link: RedisLink;
  readonly #keys: Keys;
  readonly #limits: (name: keyof NonNullable<RedisPublisherOptions['limits']>) => number;
  readonly #patience: Patience;
  readonly #calls = new Calls();

  constructor(link: RedisLink, { prefix = 'realtime:', limits = {}, ...patience }: RedisPublishing) {
    this.#link = link;
    this.#keys = new Keys(prefix);
    this.#limits = (name) => limits[name] ?? LIMITS[name].usual;
    this.#patience = readPatience(patience);
  }

  async broadcast(
    channel: string,
    event: string,
    data?: unknown,
    { signal, ...options }: PublishOptions = {},
  ): Promise<Published> {
    const [sending] = asSendings([{ ...options, channel, event, data }]);
    return this.#calls.run(() => this.#send(sending as Sending, signal));
  }

  async sendToUser(
    userId: string | number,
    event: string,
    data?: unknown,
    options: UserPublishOptions = {},
  ): Promise<Published> {
    const { channel, namespaces, id } = userMessage(userId, event, data, options);
    if (namespaces === '*') {
      throw new TypeError("Redis does not know which namespaces are in use: name them in place of '*'.");
    }
    const message = asMessage({ id, event, data, except: [] });
    const rooms = namespaces.map((namespace) => logKey(namespace, channel));
    return this.#calls.run(() => this.#send({ rooms, message }, options.signal));
  }

  async batch(
    messages: readonly PublisherMessage[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Published[]> {
    if (!Array.isArray(messages)) throw new TypeError('A batch is an array of messages.');
    const sendings = asSendings(messages);
    return this.#calls.run(async () => {
      const published: Published[] = [];
      for (const sending of sendings) published.push(await this.#send(sending, signal));
      return published;
    });
  }

  async close(): Promise<void> {
    await this.#calls.close();
    await this.#link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #send({ rooms, message }: Sending, signal: AbortSignal | undefined): Promise<Published> {
    for (const room of rooms) {
      await tryUntilDone((until) => this.#attempt(room, message, until), this.#patience, signal);
    }
    return { id: message.id };
  }

  async #attempt(room: RoomKey, message: BrokerMessage, signal: AbortSignal): Promise<void> {
    const keys = this.#keys.of(room);
    const json = messageJson(room, [room], message);
    if (message.volatile) {
      await this.#link.announce(keys.live, json, signal);
      return;
    }
    await this.#link.run(
      APPEND,
      [keys.stream, keys.log, this.#keys.repeat(keys, message.id)],
      [
        // Which server it is, the script asks itself: a client may have come to another meanwhile.
        '',
        freshEpoch(),
        this.#limits('room_log_messages'),
        this.#limits('room_log_bytes'),
        this.#limits('room_log_age'),
        TIME_TO_LIVE,
        json,
        keys.live,
        this.#link.isCluster ? 'SPUBLISH' : 'PUBLISH',
        this.#limits('repeats_age'),
      ],
      signal,
    );
  }
}

/** A message on its way to rooms. */
interface Sending {
  readonly rooms: readonly RoomKey[];
  readonly message: BrokerMessage;
}

/** All are checked and encoded before the first goes out: the caller may change them afterwards. */
function asSendings(messages: readonly PublisherMessage[]): Sending[] {
  return messages.map((given) => {
    const { namespace, channel, ...message } = channelMessage(given);
    return { rooms: [logKey(namespace, channel)], message: asMessage(message) };
  });
}

type Given = Pick<BrokerMessage, 'id' | 'event' | 'except'> & { readonly data: unknown };

function asMessage({ id, event, data, except }: Given): BrokerMessage {
  return {
    id,
    event,
    payload: payloadOf(data),
    timestamp: Date.now(),
    except,
    notFor: except,
    volatile: !isLogged(event),
    once: true,
  };
}

function payloadOf(data: unknown): Payload {
  try {
    return new Payload(data === undefined ? [] : [data]);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new PublishError('invalid_payload', `the data can't be written as JSON: ${problem}`, { cause });
  }
}
