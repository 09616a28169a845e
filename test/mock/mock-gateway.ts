import { type Client, Server } from 'mock-socket';

type Data = Parameters<Client['send']>[0];

let count = 0;

/** A server whose every byte is the test's. */
export class MockGateway {
  readonly url = `http://mock-${++count}.test`;
  /** Whether a WebSocket is let in at all. */
  isOpen = true;
  /** How many WebSockets were asked for. */
  asked = 0;
  private readonly server: Server;
  private readonly arrived: Peer[] = [];
  private readonly waiting: ((peer: Peer) => void)[] = [];

  constructor() {
    const verifyClient = () => {
      this.asked++;
      return this.isOpen;
    };
    this.server = new Server(`${this.url.replace('http', 'ws')}/socket.io/`, { verifyClient, mock: false });
    this.server.on('connection', (socket) => {
      const peer = new Peer(socket);
      const next = this.waiting.shift();
      if (next) next(peer);
      else this.arrived.push(peer);
    });
  }

  /** The next connection, bare. */
  connection(): Promise<Peer> {
    const peer = this.arrived.shift();
    return peer ? Promise.resolve(peer) : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The next connection, once it is let into its namespace. */
  async welcome(sid = 'a'): Promise<Peer> {
    const peer = await this.connection();
    peer.handshake();
    await peer.packet(/^40/);
    peer.send(`40{"sid":"${sid}"}`);
    return peer;
  }

  stop(): void {
    this.server.stop();
  }
}

/** The server's end of one connection. */
export class Peer {
  private readonly received: string[] = [];
  /** The name of each event, in the order in which they came. */
  readonly events: string[] = [];
  private wake = () => {};

  constructor(private readonly socket: Client) {
    socket.on('message', (message) => {
      this.received.push(String(message));
      const event = /^42\d*\["(.*?)"/.exec(String(message))?.[1];
      if (event) this.events.push(event);
      this.wake();
    });
  }

  /** Sends packets; throws what the client throws. */
  send(...packets: Data[]): void {
    for (const packet of packets) this.socket.send(packet);
  }

  /** Sends packets to a client of whose failures the browser only makes a report. */
  sendAnyhow(...packets: Data[]): void {
    try {
      this.send(...packets);
    } catch {}
  }

  handshake(): void {
    const details = {
      sid: 'engine',
      upgrades: [],
      pingInterval: 25_000,
      pingTimeout: 20_000,
      maxPayload: 1e6,
    };
    this.send(`0${JSON.stringify(details)}`);
  }

  /** Waits for a packet of this form, and takes it; what came before it and is of another form is kept. */
  async packet(form: RegExp): Promise<string> {
    for (;;) {
      const index = this.received.findIndex((packet) => form.test(packet));
      const [packet] = index < 0 ? [] : this.received.splice(index, 1);
      if (packet !== undefined) return packet;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Waits for an event of this name, and answers it. */
  async answer(event: string, ...reply: unknown[]): Promise<void> {
    const packet = await this.packet(new RegExp(`^42\\d+\\["${event}"`));
    this.send(`43${/^42(\d+)/.exec(packet)?.[1]}${JSON.stringify(reply)}`);
  }

  /** How many packets of this form wait to be taken. */
  count(form: RegExp): number {
    return this.received.filter((packet) => form.test(packet)).length;
  }

  close(): void {
    this.socket.close();
  }
}
