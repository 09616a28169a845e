import { randomBytes } from 'node:crypto';
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server } from 'socket.io';
import { type Identity, insideAddress } from './identity';
import { headOf, Passing } from './passing';

type Move = (worker: number, head: Buffer, socket: Socket) => void;
type Listener = (...args: unknown[]) => void;

/**
 * Brings each request of an Engine.IO session to the worker that has it, whichever got it: the session's id says which. A
 * client's connections need not all be with one worker then, so they can be kept alive, shared and encrypted as with one process.
 */
export class Sessions {
  readonly #path: string;
  readonly #unit: number;
  readonly #who: Identity;
  readonly #move: Move;
  readonly #passing = new Passing();
  /** What others have got for this worker comes here, in the clear. */
  readonly #inside: HttpServer;

  /** `move` gives a whole connection to another worker. */
  constructor(
    server: HttpServer | HttpsServer,
    io: Server,
    path: string,
    unit: number,
    who: Identity,
    move: Move,
  ) {
    this.#path = path;
    this.#unit = unit;
    this.#who = who;
    this.#move = move;
    const engine = io.engine as unknown as { generateId(): string };
    engine.generateId = () => `${who.id}.${randomBytes(15).toString('base64url')}`;
    // Who asks ends what is idle; otherwise a request could come when this end has just closed.
    this.#inside = createServer({ keepAliveTimeout: 0, requestTimeout: 60_000 });
    this.#inside.on('request', (request, response) => {
      if (this.#ownerOf(request) === who.id) server.emit('request', request, response);
      else response.writeHead(421).end();
    });
    this.#inside.on('upgrade', (request, socket, head) => {
      if (this.#ownerOf(request) === who.id) server.emit('upgrade', request, socket, head);
      else socket.destroy();
    });
    intercept(server, 'request', (request, response) =>
      this.#request(request as IncomingMessage, response as ServerResponse),
    );
    intercept(server, 'upgrade', (request, socket, head) =>
      this.#upgrade(request as IncomingMessage, socket as Duplex, head as Buffer),
    );
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#inside.once('error', reject);
      const path = insideAddress(this.#who, this.#who.id, this.#unit);
      // By itself, as node:cluster would have the primary listen.
      this.#inside.listen({ path, exclusive: true }, resolve);
    });
  }

  close(): Promise<void> {
    this.#passing.close();
    return new Promise((resolve) => {
      this.#inside.close(() => resolve());
      this.#inside.closeAllConnections();
    });
  }

  /** Whether it was for another worker. */
  #request(request: IncomingMessage, response: ServerResponse): boolean {
    const owner = this.#ownerOf(request);
    if (owner === undefined || owner === this.#who.id) return false;
    this.#passing.request(insideAddress(this.#who, owner, this.#unit), request, response);
    return true;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const owner = this.#ownerOf(request);
    if (owner === undefined || owner === this.#who.id) return false;
    // What is encrypted only this process can read.
    if (socket instanceof Socket && !('encrypted' in socket))
      this.#move(owner, headOf(request, head), socket);
    else this.#passing.upgrade(insideAddress(this.#who, owner, this.#unit), request, socket, head);
    return true;
  }

  #ownerOf({ url = '' }: IncomingMessage): number | undefined {
    if (!url.startsWith(this.#path)) return undefined;
    const sid = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('sid');
    const [, owner] = /^(\d{1,9})\.[\w-]{20}$/.exec(sid ?? '') ?? [];
    return owner === undefined ? undefined : Number(owner);
  }
}

/** Lets `taken` have a look before all who listen now. */
function intercept(
  server: HttpServer | HttpsServer,
  event: 'request' | 'upgrade',
  taken: (...args: unknown[]) => boolean,
): void {
  const others = server.listeners(event) as Listener[];
  server.removeAllListeners(event);
  server.on(event, (...args: unknown[]) => {
    if (taken(...args)) return;
    for (const other of others) other.call(server, ...args);
  });
}
