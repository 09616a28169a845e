import type { Position } from '../../../src/protocol';
import { echoEventName, inEchoDialect } from '../echo/form';
import type { Room } from '../room';
import { inSdkDialect, metaOf } from './dialects';
import type { Packet } from './gate';
import type { Message } from './message';
import type { Payload } from './payload';

/** Of Socket.IO's packets: an event. */
export const EVENT_PACKET = 2;

/** An event whose text is there. What it was made of is only for who asks, such as a program's own listeners. */
export class TextPacket implements Packet {
  readonly type = EVENT_PACKET;
  /** Set by the adapter. */
  nsp = '/';
  readonly #data: () => unknown[];

  constructor(
    readonly text: string,
    data: () => unknown[],
  ) {
    this.#data = data;
  }

  get data(): unknown[] {
    return this.#data();
  }
}

/** A message in the forms in which it goes out. */
export class Form {
  readonly #message: Message;
  readonly #texts: readonly string[] | undefined;

  /** `payload` where its texts are what goes out. */
  constructor(message: Message, payload: Payload | undefined) {
    this.#message = message;
    this.#texts = payload?.isBinary ? undefined : payload?.texts;
  }

  plain(): Packet {
    const { event } = this.#message;
    const data = () => [event, ...this.#message.args];
    return packet(this.#texts && joined(event, this.#texts), data);
  }

  sdk(room: Room, position: Position | undefined): Packet {
    const { event } = this.#message;
    const meta = metaOf(this.#message, room.name, position);
    const [first = 'null', ...rest] = this.#texts ?? [];
    const text = this.#texts && joined(event, [first, JSON.stringify(meta), ...rest]);
    return packet(text, () => inSdkDialect(event, this.#message.args, meta));
  }

  echo(room: Room): Packet {
    const { event, echo } = this.#message;
    const texts = echo ? undefined : this.#texts;
    const text = texts && joined(echoEventName(event), [JSON.stringify(room.name), ...texts]);
    return packet(text, () => inEchoDialect(this.#message, room));
  }
}

function packet(text: string | undefined, data: () => unknown[]): Packet {
  return text === undefined ? { data: data(), text } : new TextPacket(text, data);
}

function joined(event: string, texts: readonly string[]): string {
  let text = `[${JSON.stringify(event)}`;
  for (const each of texts) text += `,${each}`;
  return `${text}]`;
}
