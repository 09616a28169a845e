import type { Position } from '../../../src/protocol';
import type { Broker } from '../broker/broker';
import type { LogPage, LogSizes, RoomLog } from '../log/room-log';

/** The logs that a broker keeps. What is published gets there by the broker itself, which knows who is in a room, too. */
export class BrokerLog implements RoomLog {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  append(): never {
    throw new Error('what is published goes through the broker');
  }

  position(key: string): Promise<Position> {
    return this.#broker.position(key);
  }

  since(key: string, position: Position): Promise<LogPage> {
    return this.#broker.since(key, position);
  }

  last(key: string, count: number): Promise<LogPage> {
    return this.#broker.last(key, count);
  }

  hold(): void {}

  release(): void {}

  /** What is kept is not in this process. */
  sizes(): LogSizes {
    return { rooms: 0, messages: 0, bytes: 0 };
  }

  sweep(): void {}
}
