import { createHash } from 'node:crypto';
import type { Logger } from '../../logger';
import type { BrokerMessage, RoomKey } from '../broker';
import type { Connection } from './connection';
import type { Keys } from './keys';
import type { LogReader } from './log-reader';
import { APPEND } from './log-scripts';
import { messageJson, readMessage } from './message-json';
import type { Rooms } from './rooms';

/** Ms in which the same text without an id is told from itself by its number. */
const SAME_FOR = 47_000;

interface Rest {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly reader: LogReader;
  readonly rooms: Rooms;
  readonly repeatsAge: number;
  readonly logger: Logger;
  volatile(room: RoomKey, message: BrokerMessage): void;
}

/**
 * What a backend publishes. Every node hears it, and each brings it into the room's log, which takes it once; so a node that
 * dies at that moment loses nothing.
 */
export class Foreign {
  readonly #same = new Map<string, { count: number; at: number }>();

  constructor(private readonly rest: Rest) {}

  published(channel: string, text: string): void {
    const { keys, logger, rooms } = this.rest;
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const read = readMessage(text, '', Date.now(), true);
    if (typeof read === 'string') {
      logger.warn({ channel }, `what was published there is no message: ${read}`);
      return;
    }
    const { namespace } = read;
    const found = keys.roomOf(channel);
    const room =
      namespace === undefined || !found.startsWith('/ ') ? found : `${namespace} ${found.slice(2)}`;
    if (read.message.volatile) {
      if (rooms.get(room)) this.rest.volatile(room, read.message);
      return;
    }
    const id = read.message.id || `${hash}.${this.#number(`${room} ${hash}`)}`;
    const isOwn = read.message.id === '';
    this.#adopt(room, { ...read.message, id }, isOwn ? SAME_FOR : this.rest.repeatsAge).catch((error) =>
      logger.warn({ err: error, channel }, 'what was published there could not be taken over'),
    );
  }

  sweep(): void {
    const old = performance.now() - SAME_FOR;
    for (const [key, { at }] of this.#same) if (at < old) this.#same.delete(key);
  }

  async #adopt(room: RoomKey, message: BrokerMessage, remembered: number): Promise<void> {
    const { connection, keys, reader, rooms } = this.rest;
    const roomKeys = keys.of(room);
    const { id } = message;
    const written = JSON.stringify(id);
    const place = await connection.run(
      APPEND,
      [roomKeys.stream, roomKeys.log, keys.repeat(roomKeys, id)],
      [
        ...reader.arguments(),
        messageJson(room, [room], message),
        roomKeys.live,
        connection.isCluster ? 'SPUBLISH' : 'PUBLISH',
        remembered,
        written,
        // As PHP writes it.
        written.replaceAll('/', '\\/'),
        id,
      ],
    );
    const entered = rooms.get(room);
    // It is in the stream, of which this node may not have heard.
    if (place === 'there' && entered && !rooms.recent.has(room, id)) await entered.log.read();
  }

  /** The how-manieth of the same text this is: all nodes hear the same, so they count alike. */
  #number(key: string): number {
    const now = performance.now();
    const same = this.#same.get(key);
    const count = same && now - same.at < SAME_FOR ? same.count + 1 : 1;
    this.#same.set(key, { count, at: now });
    return count;
  }
}
