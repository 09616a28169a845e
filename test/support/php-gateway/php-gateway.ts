import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { EventLog } from '../event-log';
import { type Commanded, isPrivate, leaveRoom, obey } from './commands';
import { Member } from './member';
import { decode, encode } from './packets';

export interface PhpGatewayOptions {
  port?: number;
  /** Announced, though no ping ever comes: a client gives up after the sum of both, in ms. */
  pingInterval?: number;
  pingTimeout?: number;
  /** Tokens that `auth` takes, each with its user's id. */
  tokens?: Record<string, string>;
  /** Rooms for which `subscribe` asks for a signature; by default all private and presence rooms. */
  isGuarded?: (room: string) => boolean;
}

/**
 * Behaves as the PHP gateway on Swoole does (section 7 of the wire contract), which no Socket.IO server can be made to
 * do: it speaks the protocol by itself.
 */
export class PhpGateway implements Commanded {
  /** What has come in: `(connection)` with its handshake's `auth`, each event with its data, `(close)`. */
  readonly log = new EventLog();
  /** Each frame that has come in. */
  readonly frames: string[] = [];
  readonly isGuarded: (room: string) => boolean;
  /** What was asked for over HTTP, in vain. */
  readonly requests: string[] = [];
  private readonly http: Server = createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    response.writeHead(400, { 'Content-Type': 'text/plain' }).end('WebSocket only');
  });
  private readonly webSockets = new WebSocketServer({ noServer: true });
  private readonly members = new Map<WebSocket, Map<string, Member>>();
  private isOpen = true;

  constructor(private readonly options: PhpGatewayOptions) {
    this.isGuarded = options.isGuarded ?? isPrivate;
    this.http.on('upgrade', (request, socket, head) => {
      if (!this.isOpen) socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      else this.webSockets.handleUpgrade(request, socket, head, (webSocket) => this.greet(webSocket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.members.size;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.http.listen(this.options.port ?? 0, '127.0.0.1', resolve));
  }

  /** What comes from the Redis broker goes to everyone, in the room or not. */
  broadcast(channel: string, event: string, data: object = {}): void {
    for (const member of this.all()) member.emit(event, { ...data, channel });
  }

  /** Cuts every connection without a word. */
  dropConnections(): void {
    for (const webSocket of this.members.keys()) webSocket.terminate();
  }

  /** Sends every client away by a Socket.IO packet. */
  expelAll(): void {
    for (const member of this.all()) member.expel();
  }

  /** Refuses every WebSocket that comes from now on, or lets them in again. */
  refuse(isRefusing = true): void {
    this.isOpen = !isRefusing;
  }

  async stop(): Promise<void> {
    this.dropConnections();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  userOf(token: unknown): string | undefined {
    const { tokens = {} } = this.options;
    return typeof token === 'string' && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  }

  othersOf(member: Member): Member[] {
    return this.all().filter((other) => other !== member && other.namespace === member.namespace);
  }

  private all(): Member[] {
    return [...this.members.values()].flatMap((namespaces) => [...namespaces.values()]);
  }

  private greet(webSocket: WebSocket): void {
    const { pingInterval = 25_000, pingTimeout = 60_000 } = this.options;
    const namespaces = new Map<string, Member>();
    this.members.set(webSocket, namespaces);
    webSocket.on('message', (data, isBinary) => {
      if (!isBinary) this.read(webSocket, namespaces, String(data));
    });
    webSocket.on('close', () => {
      this.members.delete(webSocket);
      for (const member of namespaces.values()) this.forget(member);
      this.log.note('(close)');
    });
    const details = { sid: randomUUID(), upgrades: [], pingInterval, pingTimeout, maxPayload: 1_000_000 };
    webSocket.send(encode.handshake(details));
  }

  private read(webSocket: WebSocket, namespaces: Map<string, Member>, frame: string): void {
    this.frames.push(frame);
    const packet = decode(frame);
    if (packet?.type === 'close') webSocket.close();
    if (!packet || packet.type === 'close') return;
    const member = namespaces.get(packet.namespace);
    if (packet.type === 'connect') {
      namespaces.set(packet.namespace, new Member(packet.namespace, webSocket));
      this.log.note('(connection)');
    } else if (packet.type === 'disconnect') {
      namespaces.delete(packet.namespace);
      if (member) this.forget(member);
    } else if (member) {
      const [event, ...args] = packet.args as [string, ...unknown[]];
      this.log.note(event, ...args);
      obey(this, member, packet.args, packet.id);
    }
  }

  private forget(member: Member): void {
    for (const room of [...member.rooms.keys()]) leaveRoom(this, member, room);
  }
}

/** A double of the PHP gateway that is gone when the test ends. */
export async function startPhpGateway(options: PhpGatewayOptions = {}): Promise<PhpGateway> {
  const gateway = new PhpGateway(options);
  await gateway.start();
  onTestFinished(() => gateway.stop());
  return gateway;
}
