import type { Redis } from 'ioredis';
import { answered } from './answered';
import type { Client } from './client';
import type { Connection } from './connection';
import type { Keys } from './keys';
import type { EnteredRoom, Rooms } from './rooms';

/** Ms that an announcement may come after the entry that it is of. */
const ANNOUNCED_WITHIN = 25;
/** Ms between two looks at the streams, at least; and so much for each room. */
const PAUSE = 50;
const PAUSE_A_ROOM = 0.1;
/** Ms that Redis holds a look at the streams where there is nothing. */
const BLOCK = 1_000;
/** Streams that are looked at by one command, where they are not on one server. */
const AT_ONCE = 200;

/** How entries that were not announced are found: told by the server, waited for, or looked for now and then. */
export type Watching = 'told' | 'waiting' | 'looking';

/**
 * Finds what a backend adds to the streams of rooms, which nobody announces. What the server tells of a stream is only that
 * something was added; where an announcement follows, that was it.
 */
export class StreamWatch {
  how: Watching = 'waiting';
  readonly #touched = new Set<EnteredRoom>();
  #flush: NodeJS.Timeout | undefined;
  #client: Client | undefined;
  #isRunning = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly db: number,
    private readonly rooms: () => Rooms,
  ) {}

  /** Redis is there: finds out how it tells of entries. */
  async begin(): Promise<void> {
    if (this.connection.isCluster) {
      this.how = 'looking';
    } else {
      const flags = await this.connection
        .send((client) => client.config('GET', 'notify-keyspace-events'))
        .then((reply) => String((reply as string[])[1] ?? ''))
        // It may be forbidden.
        .catch(() => '');
      this.how = /K/.test(flags) && /[tA]/.test(flags) ? 'told' : 'waiting';
    }
    if (this.how !== 'told') void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#flush);
    this.#wake?.();
    this.#client?.disconnect();
  }

  /** The channel by which the server tells of a stream. */
  channels(stream: string): readonly string[] {
    return this.how === 'told' ? [`__keyspace@${this.db}__:${stream}`] : [];
  }

  /** Returns whether the channel is one of those. */
  published(channel: string, event: string): boolean {
    if (!channel.startsWith('__keyspace@')) return false;
    if (event !== 'xadd') return true;
    const stream = channel.slice(channel.indexOf('__:') + 3);
    const room = this.rooms().get(this.keys.roomOf(stream));
    if (room) this.#touch(room);
    return true;
  }

  /** Something was announced, and what was told of before is that. */
  announced(room: EnteredRoom): void {
    this.#touched.delete(room);
  }

  #touch(room: EnteredRoom): void {
    this.#touched.add(room);
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      const touched = [...this.#touched];
      this.#touched.clear();
      for (const room of touched) if (!room.isLeft) room.log.catchUp();
    }, ANNOUNCED_WITHIN);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (!this.#stopped && this.how !== 'told') {
      const rooms = [...this.rooms().all()].filter(({ log }) => log.position);
      try {
        if (this.connection.state.status === 'ready' && rooms.length > 0) {
          const found = this.how === 'waiting' ? await this.#wait(rooms) : await this.#look(rooms);
          for (const [room, entry] of found) if (!room.log.has(entry)) this.#touch(room);
        }
      } catch {
        await this.#pause(BLOCK);
      }
      const pause = this.how === 'waiting' ? PAUSE : BLOCK;
      await this.#pause(Math.max(pause, PAUSE_A_ROOM * rooms.length));
    }
    this.#isRunning = false;
  }

  async #wait(rooms: readonly EnteredRoom[]): Promise<[EnteredRoom, string][]> {
    this.#client ??= this.connection.another();
    const client = this.#client;
    if (client?.status !== 'ready') {
      await this.#pause(PAUSE);
      return [];
    }
    try {
      return await answered(read(client, rooms, BLOCK));
    } catch (error) {
      client.disconnect(true);
      throw error;
    }
  }

  async #look(rooms: readonly EnteredRoom[]): Promise<[EnteredRoom, string][]> {
    const found: [EnteredRoom, string][] = [];
    for (let start = 0; start < rooms.length; start += AT_ONCE) {
      const some = rooms.slice(start, start + AT_ONCE);
      const each = await Promise.all(
        some.map((room) => this.connection.send((client) => read(client, [room], undefined))),
      );
      found.push(...each.flat());
    }
    return found;
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The first entry of each stream after what was heard of it. */
async function read(
  client: Client,
  rooms: readonly EnteredRoom[],
  block: number | undefined,
): Promise<[EnteredRoom, string][]> {
  const streams = rooms.map(({ keys }) => keys.stream);
  const entries = rooms.map(({ log }) => log.entry);
  const reply =
    block === undefined
      ? await (client as Redis).xread('COUNT', 1, 'STREAMS', ...streams, ...entries)
      : await (client as Redis).xread('COUNT', 1, 'BLOCK', block, 'STREAMS', ...streams, ...entries);
  const byStream = new Map(rooms.map((room) => [room.keys.stream, room]));
  return (reply ?? []).flatMap(([stream, [first]]) => {
    const room = byStream.get(stream);
    return room && first ? [[room, first[0]] as [EnteredRoom, string]] : [];
  });
}
