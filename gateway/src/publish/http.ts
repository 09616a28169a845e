import { connectionProblem, systemCode } from '../connection-problem';
import { hasBinary } from '../delivery/binary';
import { readIds } from './answer';
import { Calls } from './calls';
import { PublishError } from './error';
import { type ChannelMessage, channelMessage, userMessage } from './message';
import { type Patience, readPatience, tryUntilDone } from './retries';
import type {
  HttpPublisherOptions,
  Published,
  Publisher,
  PublisherMessage,
  PublishOptions,
  UserPublishOptions,
} from './types';

/** Nobody was reached at all. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Publishes over the HTTP API of a gateway. It needs nothing but `fetch`. */
export class HttpPublisher implements Publisher {
  readonly #base: URL;
  readonly #headers: Headers;
  readonly #fetch: typeof fetch;
  readonly #patience: Patience;
  readonly #calls = new Calls();

  constructor(options: HttpPublisherOptions) {
    this.#base = readBase(options.url);
    this.#headers = readHeaders(options.key);
    this.#fetch = options.fetch ?? fetch;
    this.#patience = readPatience(options);
  }

  async broadcast(
    channel: string,
    event: string,
    data?: unknown,
    { signal, ...options }: PublishOptions = {},
  ): Promise<Published> {
    const body = asBody(channelMessage({ ...options, channel, event, data }));
    return this.#one('api/broadcast', body, signal);
  }

  async sendToUser(
    userId: string | number,
    event: string,
    data?: unknown,
    options: UserPublishOptions = {},
  ): Promise<Published> {
    const { user, namespaces, id } = userMessage(userId, event, data, options);
    // An address can't hold them, however they are written.
    if (/^\.\.?$/.test(user))
      throw new TypeError('Over HTTP nothing can be sent to a user whose id is only dots.');
    const path = `api/users/${encodeURIComponent(user)}/send`;
    return this.#one(path, { event, data, namespace: namespaces, id }, options.signal);
  }

  async batch(
    messages: readonly PublisherMessage[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Published[]> {
    if (!Array.isArray(messages)) throw new TypeError('A batch is an array of messages.');
    const body = messages.map((message) => asBody(channelMessage(message)));
    if (body.length === 0) return [];
    const ids = await this.#post('api/broadcast', body, signal);
    return ids.map((id) => ({ id }));
  }

  close(): Promise<void> {
    return this.#calls.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #one(path: string, body: object, signal: AbortSignal | undefined): Promise<Published> {
    const [id = ''] = await this.#post(path, body, signal);
    return { id };
  }

  #post(path: string, body: object, signal: AbortSignal | undefined): Promise<string[]> {
    // Encoded before anything is awaited: the caller may change it afterwards.
    const text = encoded(body);
    const attempt = (until: AbortSignal) => this.#attempt(new URL(path, this.#base), text, until);
    return this.#calls.run(() => tryUntilDone(attempt, this.#patience, signal));
  }

  async #attempt(url: URL, body: string, signal: AbortSignal): Promise<string[]> {
    const { origin } = this.#base;
    // Not a method: it must not see this object.
    const send = this.#fetch;
    try {
      // Nobody else is shown the key.
      const init = { method: 'POST', headers: this.#headers, body, signal, redirect: 'manual' } as const;
      return await readIds(await send(url, init), origin);
    } catch (cause) {
      if (cause instanceof PublishError) throw cause;
      throw new PublishError('unreachable', connectionProblem(cause, origin), {
        maybePublished: !NOT_SENT.includes(systemCode(cause) ?? ''),
        retryable: true,
        cause,
      });
    }
  }
}

function asBody({ channel, event, data, namespace, except, id }: ChannelMessage): object {
  return { channel, event, data, namespace, id, ...(except.length > 0 && { except }) };
}

function encoded(body: object): string {
  if (hasBinary(body)) {
    throw new PublishError('invalid_payload', 'over HTTP no binary data can be published; encode it as text');
  }
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new PublishError('invalid_payload', `the data can't be written as JSON: ${messageOf(cause)}`, {
      cause,
    });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readBase(url: string | URL): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    throw new TypeError(`url is ${JSON.stringify(url)}: it must be an address such as http://127.0.0.1:3000`);
  }
  if (base.username || base.password) throw new TypeError('url: it may hold no user and no password');
  // What stands before the gateway may have it below a path.
  base.pathname = base.pathname.replace(/\/*$/, '/');
  base.search = '';
  return base;
}

function readHeaders(key: string): Headers {
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError(
      "key: it must be a key of the gateway's HTTP API, in printable characters without spaces",
    );
  }
  return new Headers({ Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' });
}
