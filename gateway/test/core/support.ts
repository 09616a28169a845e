import { SignJWT } from 'jose';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { isRecord } from '../../../src/protocol';
import type { Gateway } from '../../src/api';
import { type GatewayOptions, resolveSettings } from '../../src/config';
import { composeGateway, type Parts } from '../../src/gateway';

export const SECRET = 'the secret of the tests, long enough for HS256';

/** A gateway on a free port of this machine, gone when the test ends. */
export async function startGateway(options: GatewayOptions = {}, parts: Parts = {}): Promise<Gateway> {
  const settings = resolveSettings({
    options: { host: '127.0.0.1', port: 0, shutdown_timeout: 1_000, ...options },
    env: {},
  });
  const gateway = composeGateway(settings, parts);
  onTestFinished(() => gateway.close());
  return gateway.listen();
}

/** What a handler was called with, first the event. */
export type Received = [event: string, ...args: unknown[]];

/** An official client, with what it received. */
export class TestClient {
  readonly received: Received[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, ...args: unknown[]) => {
      this.#note([event, ...args]);
    });
  }

  get id(): string {
    return this.socket.id as string;
  }

  /** Emits and resolves with the acknowledgement, but for the positions in rooms, which are no two times the same. */
  async ask(event: string, ...args: unknown[]): Promise<unknown> {
    return withoutPositions(await this.askAll(event, ...args));
  }

  /** Emits and resolves with all of the acknowledgement. */
  askAll(event: string, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve) => this.socket.emit(event, ...args, resolve));
  }

  /** Emits, and enters the acknowledgement among what is received, as `ack`: shows what came before it. */
  log(event: string, ...args: unknown[]): void {
    this.socket.emit(event, ...args, (reply: unknown) => this.#note(['ack', withoutPositions(reply)]));
  }

  /** Resolves when an event of this name has come, with all of the first. */
  async next(event: string): Promise<Received> {
    for (;;) {
      const found = this.received.find(([name]) => name === event);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** What came before the event of that name, itself left out: proves what did not come. */
  async before(event: string): Promise<Received[]> {
    const marker = await this.next(event);
    return this.received.slice(0, this.received.indexOf(marker));
  }

  #note(received: Received): void {
    this.received.push(received);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Forgets what was received. */
  clear(): void {
    this.received.length = 0;
  }
}

function withoutPositions(reply: unknown): unknown {
  if (!isRecord(reply)) return reply;
  const { position, ...rest } = reply;
  return Array.isArray(rest.results) ? { ...rest, results: rest.results.map(withoutPositions) } : rest;
}

type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** A client that has not connected yet. */
export function client(gateway: Gateway, namespace = '/', options: ClientOptions = {}): TestClient {
  const socket = io(gateway.url + namespace, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  onTestFinished(() => {
    socket.disconnect();
  });
  return new TestClient(socket);
}

/** A plain client, connected. */
export async function plain(
  gateway: Gateway,
  namespace = '/',
  options: ClientOptions = {},
): Promise<TestClient> {
  const made = client(gateway, namespace, options);
  await connected(made);
  return made;
}

/** A client that asked for the SDK's dialect, connected. */
export function sdk(
  gateway: Gateway,
  namespace = '/',
  auth: Record<string, unknown> = {},
): Promise<TestClient> {
  return plain(gateway, namespace, { auth: { ...auth, toporia: { sdk: '0.1.0', client: 'a-client' } } });
}

/** A plain client of a user. */
export async function user(gateway: Gateway, id: string | number, namespace = '/'): Promise<TestClient> {
  return plain(gateway, namespace, {
    auth: { token: await token({ sub: id as string, name: `User ${id}` }) },
  });
}

export function connected({ socket }: TestClient): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.connected) return resolve();
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
}

export interface ConnectError extends Error {
  data?: { code: string; message: string; retry_after?: number };
}

/** Resolves when the gateway has seen the client's end. */
export function gone(gateway: Gateway, { id }: TestClient, namespace = '/'): Promise<void> {
  const socket = gateway.io.of(namespace).sockets.get(id);
  return new Promise((resolve) => (socket ? socket.once('disconnect', () => resolve()) : resolve()));
}

/** The error with which a connection is refused. */
export function refused({ socket }: TestClient): Promise<ConnectError> {
  return new Promise((resolve, reject) => {
    socket.once('connect_error', resolve);
    socket.once('connect', () => reject(new Error('it was let in')));
  });
}

/** An HS256 token. */
export function token(
  claims: Record<string, unknown>,
  secret = SECRET,
  expires: string | number = '1h',
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

/** A promise with its ends outside. */
export function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
