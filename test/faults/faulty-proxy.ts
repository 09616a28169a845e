import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

export type Direction = 'up' | 'down';

/** What a network does to the bytes that pass. */
export interface Weather {
  /** Bytes of this direction vanish, without an end. */
  blackHole?: Direction | 'both';
  /** This share of the writes is held up, by at most `maxDelay` ms; those behind it wait. */
  delayed?: { share: number; maxDelay: number };
  /** Bytes a second that pass in each direction. */
  bandwidth?: number;
  /** New connections are turned away. */
  offline?: boolean;
}

/** One direction of one connection: passes on what it gets, in order, as the weather allows. */
class Pipe {
  #queue: Buffer[] = [];
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  /** Bytes have vanished, so that nothing which comes after them can be passed on either. */
  #isBroken = false;

  constructor(
    private readonly direction: Direction,
    private readonly to: Socket,
    private readonly proxy: FaultyProxy,
  ) {
    to.once('close', () => clearTimeout(this.#timer));
  }

  push(chunk: Buffer): void {
    this.#queue.push(chunk);
    this.#next();
  }

  end(): void {
    this.#ended = true;
    this.#next();
  }

  #next(): void {
    if (this.#busy) return;
    const chunk = this.#queue.shift();
    if (!chunk) {
      if (this.#ended && !this.#swallows()) this.to.destroySoon();
      return;
    }
    const wait = this.proxy.delayOf(chunk);
    if (!wait) {
      this.#pass(chunk);
      return;
    }
    this.#busy = true;
    this.#timer = setTimeout(() => {
      this.#busy = false;
      this.#pass(chunk);
    }, wait);
  }

  #swallows(): boolean {
    this.#isBroken ||= this.proxy.swallows(this.direction);
    return this.#isBroken;
  }

  #pass(chunk: Buffer): void {
    if (!this.#swallows() && !this.to.destroyed) {
      if (this.proxy.takesCutOf(chunk)) {
        this.to.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => this.proxy.cut());
        return;
      }
      this.to.write(chunk);
    }
    this.#next();
  }
}

/** A TCP proxy between a client and a gateway that fails in the ways that networks do. */
export class FaultyProxy implements AsyncDisposable {
  weather: Weather = {};
  /** Port of the gateway. */
  target: number;
  /** Connections that were made through it. */
  accepted = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #random: () => number;
  #cutsMidFrame = false;

  private constructor(target: number, random: () => number) {
    this.target = target;
    this.#random = random;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** @param random in [0, 1), for delays. */
  static async start(target: number, random: () => number = Math.random): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, random);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every connection at once, on both sides. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets half of the next write through, whichever way it goes, and then cuts. */
  cutMidFrame(): void {
    this.#cutsMidFrame = true;
  }

  /** The network is well again. What vanished stays lost. */
  heal(): void {
    this.weather = {};
    this.#cutsMidFrame = false;
  }

  swallows(direction: Direction): boolean {
    const { blackHole } = this.weather;
    return blackHole === 'both' || blackHole === direction;
  }

  /** Milliseconds. */
  delayOf({ length }: Buffer): number {
    const { delayed, bandwidth } = this.weather;
    const delay = delayed && this.#random() < delayed.share ? this.#random() * delayed.maxDelay : 0;
    return delay + (bandwidth ? (length / bandwidth) * 1_000 : 0);
  }

  takesCutOf({ length }: Buffer): boolean {
    const takes = this.#cutsMidFrame && length > 1;
    if (takes) this.#cutsMidFrame = false;
    return takes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #accept(client: Socket): void {
    this.accepted++;
    client.on('error', () => {});
    if (this.weather.offline) {
      client.destroy();
      return;
    }
    const gateway = dial({ port: this.target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#join('up', client, gateway);
    this.#join('down', gateway, client);
  }

  #join(direction: Direction, from: Socket, to: Socket): void {
    const pipe = new Pipe(direction, to, this);
    this.#sockets.add(from);
    from.on('data', (chunk) => pipe.push(chunk));
    from.on('end', () => pipe.end());
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      pipe.end();
    });
  }
}
