import { type Channel, type RealtimeError, type RealtimeOptions, ToporiaRealtime } from '../../src';
import type { Fate } from './account';
import { type Numbered, Talker } from './talker';

export const ROOM = 'stream';

/** Backs off for hundredths of a second, and doesn't give up while a fault lasts. */
const CLIENT: RealtimeOptions = {
  reconnectionDelay: 20,
  reconnectionDelayMax: 200,
  timeout: 2_000,
  ackTimeout: 60_000,
  delivery: 'at-least-once',
  logger: { warn() {} },
};

/** One who talks in the room with the SDK. */
export class Member extends Talker {
  readonly realtime: ToporiaRealtime;
  readonly channel: Channel;
  /** What it was told of messages that were not delivered. */
  readonly errors: string[] = [];

  constructor(name: string, url: string, senders: readonly string[], options: RealtimeOptions) {
    super(name, senders);
    this.realtime = new ToporiaRealtime(url, { ...CLIENT, ...options });
    this.channel = this.realtime.channel(ROOM);
    this.channel.on('gap', () => this.missed());
    this.channel.on('numbered', (data) => this.hear(data as Numbered));
  }

  protected deliver(message: Numbered): Promise<Fate> {
    return this.channel.request('numbered', message).then(
      () => 'delivered',
      ({ maybeSent, code, message: text }: RealtimeError) => {
        this.errors.push(`${message.n}: ${code}, ${text}`);
        return maybeSent ? 'unknown' : 'never-sent';
      },
    );
  }
}
