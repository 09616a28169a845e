import { randomBytes } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Server } from 'socket.io';
import type { Broker } from '../broker/broker';
import type { HubOptions } from './broker-messages';
import type { Identity } from './identity';
import { IpcBroker } from './ipc-broker';
import type { Gathered, Handed, ToPrimary, ToWorker } from './messages';
import { Sessions } from './sessions';
import { WorkerAdapters } from './worker-adapter';

/** How a gateway of a worker reaches its primary. */
export interface ToPrimaryLink {
  post(message: ToPrimary, size?: number): void;
  /** By itself, as it may not be possible to send it. */
  alone(message: ToPrimary): void;
  hand(message: Handed, socket: Socket, done: () => void): void;
  gather(unit: number, what: string): Promise<readonly Gathered[]>;
}

type Asked = () => unknown;

/** What links a gateway to those of the other workers. */
export class GatewayLink {
  readonly who: Identity;
  /** For `gateway.io` alone: what the gateway itself sends takes the way of the broker. */
  readonly adapters: WorkerAdapters;
  readonly #unit: number;
  readonly #primary: ToPrimaryLink;
  readonly #answers = new Map<string, Asked>();
  #server: HttpServer | HttpsServer | undefined;
  #sessions: Sessions | undefined;
  #broker: IpcBroker | undefined;
  #listening: { resolve(address: AddressInfo): void; reject(error: Error): void } | undefined;
  address: AddressInfo | null = null;

  constructor(unit: number, who: Identity, primary: ToPrimaryLink) {
    this.#unit = unit;
    this.who = who;
    this.#primary = primary;
    this.adapters = new WorkerAdapters((what) => primary.alone({ type: 'spread', unit, what }));
  }

  /** A node of the hub in the primary. */
  broker(options: HubOptions): Broker {
    const unit = this.#unit;
    const name = `${this.who.id}.${randomBytes(9).toString('base64url')}`;
    this.#broker = new IpcBroker(name, {
      open: (node) => this.#primary.post({ type: 'open-node', unit, node, options }),
      tell: (what, size) => this.#primary.post({ type: 'from-node', unit, what }, size),
    });
    return this.#broker;
  }

  /** Lets a session of Engine.IO be served here whichever worker gets its requests. Call it once Socket.IO is attached. */
  shareSessions(server: HttpServer | HttpsServer, io: Server, path: string): void {
    this.#server = server;
    this.#sessions = new Sessions(server, io, path, this.#unit, this.who, (worker, head, socket) =>
      this.#primary.hand({ type: 'moved', unit: this.#unit, worker, head, socket: 0 }, socket, () =>
        socket.destroy(),
      ),
    );
  }

  /** From now on the primary gives it connections to this port, `most` at once. Rejects as `listenOn` does. */
  async listen(port: number, host: string, most: number): Promise<void> {
    await this.#sessions?.open();
    this.address = await new Promise<AddressInfo>((resolve, reject) => {
      this.#listening = { resolve, reject };
      this.#primary.post({ type: 'listen', unit: this.#unit, port, host, most });
    });
  }

  /** New clients are to go to other workers; what belongs to its own still comes. */
  leave(): void {
    this.#primary.post({ type: 'closing', unit: this.#unit });
  }

  /** Takes nothing more from other workers. */
  close(): Promise<void> {
    return this.#sessions?.close() ?? Promise.resolve();
  }

  /** What this worker answers to those that gather `what`. */
  answer(what: string, how: Asked): void {
    this.#answers.set(what, how);
  }

  /** Asks all workers, this one among them. Those that don't answer in time are left out. */
  gather(what: string): Promise<readonly Gathered[]> {
    return this.#primary.gather(this.#unit, what);
  }

  /** @internal */
  async asked(what: string): Promise<unknown> {
    try {
      return await this.#answers.get(what)?.();
    } catch {
      return undefined;
    }
  }

  /** @internal */
  hear(message: Extract<ToWorker, { unit: number }>): void {
    if (message.type === 'listening') this.#listening?.resolve(message.address);
    else if (message.type === 'deaf') this.#listening?.reject(new Error(message.message));
    else if (message.type === 'to-node') this.#broker?.heard(message.what);
    else if (message.type === 'spread') this.adapters.hear(message.what);
  }

  /** @internal */
  take(message: Handed, socket: Socket): void {
    const gone = () => this.#primary.post({ type: 'gone', unit: this.#unit });
    socket.once('close', gone);
    if (!this.#server) {
      socket.destroy();
      return;
    }
    this.#server.emit('connection', socket);
    if (message.type === 'moved') socket.unshift(Buffer.from(message.head));
    // It came paused, so that nothing of it was read before.
    socket.resume();
  }
}
