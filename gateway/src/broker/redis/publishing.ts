import type { Position } from '../../../../src/protocol';
import { BrokerError, type BrokerMessage, type RoomKey } from '../broker';
import type { Connection } from './connection';
import type { Keys } from './keys';
import type { LogReader } from './log-reader';
import { APPEND } from './log-scripts';
import { messageJson } from './message-json';

/** Ms in which a message that is published once is tried again, where it is not known whether it was. */
const AGAIN_FOR = 10_000;

/** Brings messages into the logs of their rooms. */
export class Publishing {
  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
    private readonly reader: LogReader,
    private readonly repeatsAge: number,
  ) {}

  async publish(
    rooms: readonly RoomKey[],
    message: BrokerMessage,
  ): Promise<readonly (Position | undefined)[]> {
    const settled = await Promise.allSettled(
      rooms.map((room) =>
        message.volatile ? this.#announce(room, rooms, message) : this.#append(room, rooms, message),
      ),
    );
    const failed = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    const [first] = failed;
    if (!first) return settled.map((each) => (each as PromiseFulfilledResult<Position | undefined>).value);
    if (!(first instanceof BrokerError)) throw first;
    const maybeDone = failed.length < settled.length || failed.some((error: BrokerError) => error.maybeDone);
    throw new BrokerError(first.message, maybeDone, { cause: first.cause });
  }

  async #announce(room: RoomKey, rooms: readonly RoomKey[], message: BrokerMessage): Promise<undefined> {
    const { live } = this.keys.of(room);
    const json = messageJson(room, rooms, message);
    await this.connection.send((client) =>
      this.connection.isCluster ? client.spublish(live, json) : client.publish(live, json),
    );
  }

  async #append(
    room: RoomKey,
    rooms: readonly RoomKey[],
    message: BrokerMessage,
  ): Promise<Position | undefined> {
    const { once } = message;
    const json = messageJson(room, rooms, message);
    try {
      return await this.#write(room, message.id, json, once);
    } catch (error) {
      // Redis knows it by its id, if it has it.
      if (!once || !(error instanceof BrokerError && error.maybeDone)) throw error;
      await this.connection.ready(AGAIN_FOR);
      return await this.#write(room, message.id, json, once).catch(() => {
        throw error;
      });
    }
  }

  async #write(room: RoomKey, id: string, json: string, once: boolean): Promise<Position | undefined> {
    const keys = this.keys.of(room);
    const reply = await this.connection.run(
      APPEND,
      [keys.stream, keys.log, this.keys.repeat(keys, once ? id : '')],
      [
        ...this.reader.arguments(),
        json,
        keys.live,
        this.connection.isCluster ? 'SPUBLISH' : 'PUBLISH',
        once ? this.repeatsAge : 0,
      ],
    );
    const [epoch = '', offset] = String(reply).split(' ');
    return offset === undefined ? undefined : { epoch, offset: Number(offset) };
  }
}
