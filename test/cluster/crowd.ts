import { setTimeout as after } from 'node:timers/promises';
import { type Fate, wrongs } from '../faults/account';
import { Member } from '../faults/member';
import type { Talker } from '../faults/talker';
import type { Cluster } from './cluster';
import { HttpPublisher } from './http-publisher';

import { PlainMember } from './plain-member';
import { credentials } from './signing';
import { withoutUnsure } from './unsure';

/** A presence room that all with the SDK are in, beside the room of the streams. */
export const CROWD = 'presence-crowd';
const BACKEND = 'backend';

/** All who talk through a cluster's front: with the SDK, with any Socket.IO client, and over HTTP. */
export class Crowd implements AsyncDisposable {
  readonly members: readonly Member[];
  readonly plain: readonly PlainMember[];
  readonly #backend: HttpPublisher;

  private constructor(readonly cluster: Cluster) {
    const names = ['alice', 'bob', 'carol', 'dave', 'eve', 'frank'];
    const plain = ['polly', 'walt'];
    const senders = [...names, ...plain, BACKEND];
    this.members = names.map(
      (name) =>
        new Member(name, cluster.url, senders, {
          query: { client: name },
          authorizer: (rooms, socketId) =>
            Object.fromEntries(rooms.map((room) => [room, credentials(name, room, socketId)])),
        }),
    );
    this.plain = plain.map(
      (name) => new PlainMember(name, cluster.url, senders, [name === 'polly' ? 'polling' : 'websocket']),
    );
    this.#backend = new HttpPublisher(BACKEND, cluster.url);
  }

  static async gather(cluster: Cluster): Promise<Crowd> {
    const crowd = new Crowd(cluster);
    await crowd.#present();
    await Promise.all(crowd.members.map(({ realtime }) => realtime.join(CROWD)));
    return crowd;
  }

  get #talkers(): readonly Talker[] {
    return [...this.members, ...this.plain, this.#backend];
  }

  get #listeners(): readonly Talker[] {
    return [...this.members, ...this.plain];
  }

  /** Lets everyone talk, a number each `pace` ms, while something is done. */
  async talkWhile(doing: () => Promise<unknown>, pace = 50): Promise<void> {
    let isOver = false;
    const talk = this.#talkers.map(async (talker) => {
      while (!isOver) {
        const sent = talker.send();
        // A backend knows the order of its own requests only when it makes them one after the other.
        if (talker === this.#backend) await sent;
        await after(pace);
      }
    });
    try {
      await doing();
    } finally {
      isOver = true;
    }
    await Promise.all(talk);
  }

  /**
   * Waits, when all is well again, until all is answered for and a last message of each has come through. Rejects with
   * what has not when that takes too long.
   */
  async settle(longest = 20_000): Promise<void> {
    const isOver = new AbortController();
    const late = after(longest, undefined, { signal: isOver.signal }).then(() => {
      throw new Error(`not all has come after ${longest} ms: ${JSON.stringify(this.#missing(), null, 1)}`);
    });
    try {
      await Promise.race([this.#settled(), late]);
    } finally {
      isOver.abort();
      late.catch(() => {});
    }
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#talkers.map((talker) => talker.answered()));
    // Again where one who does not recover was away just then.
    do {
      await this.#present();
      await Promise.all(this.#talkers.map(sayLast));
    } while (!(await this.#haveHeard(2_000)));
  }

  async #haveHeard(within: number): Promise<boolean> {
    const heard = this.#streams.map(([listener, talker]) => listener.hears(talker.name, talker.sent));
    return Promise.race([Promise.all(heard).then(() => true), after(within, false)]);
  }

  #missing(): Record<string, unknown> {
    const unanswered = this.#talkers.filter(({ unanswered }) => unanswered > 0);
    const unheard = this.#streams.filter(
      ([listener, talker]) => !listener.received.get(talker.name)?.includes(talker.sent),
    );
    return {
      unanswered: unanswered.map(({ name, unanswered }) => `${name}: ${unanswered}`),
      'not in the room': this.plain.filter(({ isIn }) => !isIn).map(({ name }) => name),
      states: this.members.map(({ name, realtime }) => `${name}: ${realtime.state}`),
      unheard: unheard.map(([listener, talker]) => `${talker.name} ${talker.sent} by ${listener.name}`),
      account: this.account(),
    };
  }

  /** Each with each other one that it listens to. */
  get #streams(): (readonly [Talker, Talker])[] {
    return this.#listeners.flatMap((listener) =>
      this.#talkers.filter((talker) => talker !== listener).map((talker) => [listener, talker] as const),
    );
  }

  /** What is wrong with what each has received from each; nothing when all is accounted for. */
  account(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { name, received } of this.#listeners) {
      for (const talker of this.#talkers) {
        const stream = received.get(talker.name);
        if (!stream) continue;
        const ordered = talker instanceof Member ? stream : withoutUnsure(talker.fates, stream);
        const what = wrongs(talker.fates, ordered);
        if (what.length) found[`${talker.name} to ${name}`] = what;
      }
    }
    return found;
  }

  /** How many gaps those with the SDK were told of. */
  get gaps(): number[] {
    return this.members.map(
      ({ received }) => (received.get(BACKEND) ?? []).filter((one) => one === 'gap').length,
    );
  }

  /** What became of all that was sent with `at-least-once`, and of all else. */
  get figures(): Record<'atLeastOnce' | 'once', Record<Fate, number>> {
    return {
      atLeastOnce: countFates(this.members),
      once: countFates([...this.plain, this.#backend]),
    };
  }

  async #present(): Promise<void> {
    await Promise.all(this.members.map(({ channel }) => channel.ready));
    while (this.plain.some(({ isIn }) => !isIn)) await after(20);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { realtime } of this.members) realtime.disconnect();
    for (const { socket } of this.plain) socket.disconnect();
  }
}

function countFates(talkers: readonly Talker[]): Record<Fate, number> {
  const fates = talkers.flatMap((talker) => [...talker.fates.values()]);
  const count = (fate: Fate) => fates.filter((one) => one === fate).length;
  return { delivered: count('delivered'), unknown: count('unknown'), 'never-sent': count('never-sent') };
}

/** Until one is answered, since an error may be answered as long as a fault lasts. */
async function sayLast(talker: Talker): Promise<void> {
  do {
    await talker.send();
    if (talker.fates.get(talker.sent) !== 'delivered') await after(50);
  } while (talker.fates.get(talker.sent) !== 'delivered');
}
