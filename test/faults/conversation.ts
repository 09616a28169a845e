import { setTimeout as after } from 'node:timers/promises';
import type { RealtimeOptions } from '../../src';
import { type Fate, type Received, wrongs } from './account';
import { FaultyProxy } from './faulty-proxy';
import { GatewayProcess } from './gateway-process';
import { Member, ROOM } from './member';

export { ROOM };

/** The gateway's own stream, beside those of the members. */
const DOWN = 'gateway';

/** Notices a dead connection within a second, so that a test needn't wait for longer. */
const HEARTBEAT = { pingInterval: 300, pingTimeout: 500 };

/** A member behind a network of its own. */
class ProxiedMember extends Member {
  constructor(
    name: string,
    readonly proxy: FaultyProxy,
    senders: readonly string[],
    options: RealtimeOptions,
  ) {
    super(name, proxy.url, senders, options);
  }
}

/** A room with members behind networks of their own, and numbered streams from each of them and from the gateway. */
export class Conversation implements AsyncDisposable {
  readonly published = new Map<number, Fate>();
  #count = 0;

  private constructor(
    readonly gateway: GatewayProcess,
    readonly members: readonly ProxiedMember[],
  ) {}

  static async start(
    names: readonly string[],
    {
      random = Math.random,
      gateway: options = {},
      client = {},
    }: { random?: () => number; gateway?: object; client?: RealtimeOptions } = {},
  ): Promise<Conversation> {
    const gateway = await GatewayProcess.start({ socketio: HEARTBEAT, ...options });
    const members = await Promise.all(
      names.map(async (name) => {
        const proxy = await FaultyProxy.start(gateway.port, random);
        return new ProxiedMember(name, proxy, [...names, DOWN], client);
      }),
    );
    const conversation = new Conversation(gateway, members);
    await Promise.all(members.map(({ channel }) => channel.ready));
    return conversation;
  }

  member(name: string): ProxiedMember {
    const found = this.members.find((member) => member.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  }

  /** The gateway's next number, over HTTP. */
  async publish(): Promise<void> {
    const n = ++this.#count;
    this.published.set(n, 'unknown');
    if (await this.gateway.publish(ROOM, 'numbered', { from: DOWN, n })) this.published.set(n, 'delivered');
  }

  /** Lets everyone talk, a number each `pace` ms, until `signal` fires. */
  async talk(pace: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const member of this.members) member.send();
      await this.publish();
      await after(pace);
    }
  }

  /** Starts the gateway again after it was ended in one way or the other. */
  async restart(how: 'kill' | 'stop'): Promise<void> {
    await this.gateway[how]();
    await this.gateway.start();
    for (const { proxy } of this.members) proxy.target = this.gateway.port;
  }

  /** Waits, on a network that is well, until all is answered for and a last message of each has come through. */
  async settle(): Promise<void> {
    for (const { proxy } of this.members) proxy.heal();
    await Promise.all(this.members.map((member) => member.answered()));
    await Promise.all(this.members.map(({ channel }) => channel.ready));
    for (const member of this.members) member.send();
    await this.publish();
    await Promise.all(this.members.map((member) => member.answered()));
    const last = new Map([
      [DOWN, this.#count],
      ...this.members.map(({ name, sent }) => [name, sent] as const),
    ]);
    await Promise.all(
      this.members.flatMap((member) => {
        return [...member.received.keys()].map((sender) => member.hears(sender, last.get(sender) ?? 0));
      }),
    );
  }

  /** What is wrong with what each has received from each; nothing when all is accounted for. */
  account(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { name, received } of this.members) {
      for (const [sender, stream] of received) {
        const fates = sender === DOWN ? this.published : this.member(sender).fates;
        const what = wrongs(fates, stream);
        if (what.length) found[`${sender} to ${name}`] = what;
      }
    }
    return found;
  }

  /** How often a member was told of a gap. */
  gaps(name: string): number {
    const stream: Received = this.member(name).received.get(DOWN) ?? [];
    return stream.filter((entry) => entry === 'gap').length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { realtime } of this.members) realtime.disconnect();
    await Promise.all(this.members.map(({ proxy }) => proxy[Symbol.asyncDispose]()));
    await this.gateway[Symbol.asyncDispose]();
  }
}
