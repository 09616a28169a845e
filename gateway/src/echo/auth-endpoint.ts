import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type ErrorReply, isRecord, isVolatileEvent } from '../../../src/protocol';
import type { Connection, MayPublish } from '../connection';
import type { Logger } from '../logger';
import { refuse } from '../replies';
import type { Admission } from '../rooms';
import type { Settings } from '../settings';
import { Complaints } from './complaints';
import { cookieOf, headersOf } from './headers';
import { type Answer, NoAnswer, post } from './post';
import { Turns } from './turns';
import { readVerdict } from './verdict';

/** Ms after which a client may try again what could not be decided. */
const RETRY_AFTER = 1_000;

type Decision = Admission | ErrorReply;

export interface AuthEndpointOptions {
  readonly url: string;
  readonly settings: Pick<Settings, 'auth_headers' | 'cors_origins' | 'limits'>;
  readonly logger: Logger;
}

/** Asks the application who may join what, on behalf of clients that cannot ask it themselves: Laravel Echo's. */
export class AuthEndpoint {
  readonly #url: URL;
  readonly #settings: AuthEndpointOptions['settings'];
  readonly #agent: HttpAgent;
  readonly #turns: Turns;
  readonly #complaints: Complaints;
  /** Questions ahead of their turn, by the `auth` that came with them. */
  readonly #begun = new WeakMap<object, { readonly room: string; readonly decision: Promise<Decision> }>();

  constructor({ url, settings, logger }: AuthEndpointOptions) {
    this.#url = new URL(url);
    this.#settings = settings;
    this.#agent = new (this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true });
    this.#turns = new Turns(settings.limits.authorize_requests);
    this.#complaints = new Complaints(logger);
  }

  /** Asks about a wish whose turn has not come yet. */
  begin(connection: Connection, room: string, auth: unknown): void {
    if (isRecord(auth)) this.#begun.set(auth, { room, decision: this.#decide(connection, room, auth) });
  }

  /** What the application makes of a connection's wish. A question whose connection ends is given up. Never rejects. */
  decide(connection: Connection, room: string, auth: unknown): Promise<Decision> {
    const begun = isRecord(auth) ? this.#begun.get(auth) : undefined;
    return begun?.room === room ? begun.decision : this.#decide(connection, room, auth);
  }

  async #decide(connection: Connection, room: string, auth: unknown): Promise<Decision> {
    const gone = new AbortController();
    const giveUp = () => gone.abort();
    connection.socket.once('disconnect', giveUp);
    if (connection.closed) giveUp();
    try {
      const answer = await this.#ask(connection, room, auth, gone.signal);
      return this.#read(answer, room);
    } catch (error) {
      if (gone.signal.aborted) return refuse('internal', 'The connection has ended.', room);
      const problem = error instanceof NoAnswer ? error.message : String(error);
      return this.#undecided(`the auth endpoint admits nobody: ${problem}`, room);
    } finally {
      connection.socket.off('disconnect', giveUp);
    }
  }

  /** Ends the connections that were kept for the next question. */
  close(): void {
    this.#agent.destroy();
  }

  async #ask(connection: Connection, room: string, auth: unknown, signal: AbortSignal): Promise<Answer> {
    const end = await this.#turns.take(signal);
    try {
      return await post(this.#url, {
        agent: this.#agent,
        headers: this.#headers(connection, auth),
        body: new URLSearchParams({ channel_name: room, socket_id: connection.id }).toString(),
        timeout: this.#settings.limits.authorize_timeout,
        signal,
      });
    } finally {
      end();
    }
  }

  #headers({ socket }: Connection, auth: unknown) {
    const { headers } = socket.handshake;
    const { auth_headers, cors_origins } = this.#settings;
    const cookie = cookieOf(headers, cors_origins);
    if (cookie === undefined && headers.cookie !== undefined) {
      const message =
        'the cookie of a page is not passed on to the auth endpoint: cors_origins does not list it';
      this.#complaints.say(message, { origin: headers.origin });
    }
    return {
      ...headersOf(auth, auth_headers),
      ...(cookie !== undefined && { cookie }),
      ...(headers.origin !== undefined && { origin: headers.origin }),
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      'x-requested-with': 'XMLHttpRequest',
    };
  }

  #read({ status, body }: Answer, room: string): Decision {
    if (status < 200 || status > 299) return this.#refused(status, room);
    const admission = readVerdict(body, room);
    if (typeof admission === 'string') {
      return this.#undecided(`the auth endpoint admits nobody: ${admission}`, room);
    }
    return { ...admission, mayPublish: onlyWhispers };
  }

  #refused(status: number, room: string): ErrorReply {
    const isRefusal = status === 401 || status === 403;
    if (!isRefusal) {
      this.#complaints.say(`the auth endpoint admits nobody: it answered with status ${status}`, { room });
    }
    if (status >= 500 || status === 429) return undecided(room, status);
    const code = status === 401 ? 'unauthorized' : 'forbidden';
    const { error } = refuse(code, `The application does not let you into the room "${room}".`);
    return { error: { ...error, status }, room };
  }

  #undecided(message: string, room: string): ErrorReply {
    this.#complaints.say(message, { room });
    return undecided(room);
  }
}

function undecided(room: string, status?: number): ErrorReply {
  const message = `Who may use "${room}" could not be decided; try again.`;
  const { error } = refuse('internal', message);
  return { error: { ...error, retry_after: RETRY_AFTER, ...(status !== undefined && { status }) }, room };
}

/** As with Laravel: what else is heard in a channel comes from the backend. */
const onlyWhispers: MayPublish = (_connection, event) =>
  isVolatileEvent(event)
    ? undefined
    : refuse('forbidden', 'Whoever the application let in may only whisper, by an event "client-…".');
