import { io, type Socket } from 'socket.io-client';
import { GAP } from '../../src/protocol';
import type { Fate } from '../faults/account';
import { ROOM } from '../faults/member';
import { type Numbered, Talker } from '../faults/talker';

interface Reply {
  error?: { code: string };
}

/** One who talks in the room with any Socket.IO client: what it has missed while it was away it never gets, and it knows that. */
export class PlainMember extends Talker {
  readonly socket: Socket;
  #isIn = false;

  constructor(
    name: string,
    url: string,
    senders: readonly string[],
    transports: ('polling' | 'websocket')[],
  ) {
    super(name, senders);
    this.socket = io(url, {
      transports,
      query: { client: name },
      forceNew: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 200,
      timeout: 2_000,
    });
    this.socket.on('connect', () => void this.#enter());
    this.socket.on('disconnect', () => {
      this.#isIn = false;
      this.missed();
    });
    this.socket.on(GAP, ({ channel }: { channel: string }) => {
      if (channel === ROOM) this.missed();
    });
    this.socket.on('numbered', (data: Numbered) => this.hear(data));
  }

  /** Whether it is in the room. */
  get isIn(): boolean {
    return this.#isIn;
  }

  protected async deliver(message: Numbered): Promise<Fate> {
    if (!this.#isIn) return 'never-sent';
    try {
      const reply: Reply = await this.socket
        .timeout(60_000)
        .emitWithAck('numbered', { ...message, room: ROOM });
      return reply.error ? 'unknown' : 'delivered';
    } catch {
      return 'unknown';
    }
  }

  async #enter(): Promise<void> {
    try {
      const reply: Reply = await this.socket.timeout(60_000).emitWithAck('join', ROOM);
      // Such as a cluster that has no Redis at the moment.
      if (reply.error) this.socket.disconnect().connect();
      this.#isIn = !reply.error;
    } catch {
      // It has been disconnected, and comes again.
    }
  }
}
