import { isVolatileEvent } from '../../../src/protocol';
import type { BrokerMessage } from '../broker/broker';
import type { Message } from './message';

/** A message as this node heard it. Its arguments are made of their text only when somebody asks for them. */
export class HeardMessage implements Message {
  readonly event: string;
  readonly id: string;
  readonly timestamp: number;
  readonly sender: string | undefined;
  readonly volatile: boolean;
  readonly #message: BrokerMessage;
  #args: unknown[] | undefined;

  constructor(message: BrokerMessage) {
    this.event = message.event;
    this.id = message.id;
    this.timestamp = message.timestamp;
    this.sender = message.sender;
    // What a program sends by a name that no log keeps need not be volatile for that.
    this.volatile = message.volatile && isVolatileEvent(message.event);
    this.#message = message;
  }

  get args(): unknown[] {
    this.#args ??= this.#message.payload.decode();
    return this.#args;
  }
}
