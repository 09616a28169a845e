import { randomBytes } from 'node:crypto';
import { isRecord } from '../../../src/protocol';
import { hasBinary, isBinary } from './binary';

/** No client can name it, so none can pose as an attachment in the log. */
const MARK = `attachment-${randomBytes(9).toString('base64url')}`;

const NONE: readonly Buffer[] = [];

/** A payload in parts that can be written, to be put together again in another process. */
export interface PayloadParts {
  readonly texts: readonly string[];
  readonly attachments: readonly Buffer[];
  /** By which the attachments are named in the texts. */
  readonly mark: string;
}

/** What a message's handlers are called with, encoded once: for the wire, in whatever dialects, and for the log. */
export class Payload implements PayloadParts {
  /** JSON of each argument; binary data in it is replaced by marks. */
  readonly texts: readonly string[];
  /** Copies of the binary data. */
  readonly attachments: readonly Buffer[];
  /** The size of both together. */
  readonly bytes: number;
  readonly mark: string = MARK;

  constructor(args: readonly unknown[]) {
    const isBinary = hasBinary(args);
    const attachments: Buffer[] = [];
    const texts: string[] = [];
    let bytes = 0;
    for (const arg of args) {
      const text = isBinary ? withMarks(arg, attachments) : JSON.stringify(arg);
      // As an undefined item of an array is written.
      texts.push(text ?? 'null');
      bytes += Buffer.byteLength(text ?? 'null');
    }
    for (const attachment of attachments) bytes += attachment.byteLength;
    this.texts = texts;
    this.attachments = isBinary ? attachments : NONE;
    this.bytes = bytes;
  }

  /** One that another process has taken apart. */
  static from({ texts, attachments, mark }: PayloadParts): Payload {
    let bytes = 0;
    for (const text of texts) bytes += Buffer.byteLength(text);
    for (const attachment of attachments) bytes += attachment.byteLength;
    return Object.assign(new Payload([]), { texts, attachments, mark, bytes });
  }

  get isBinary(): boolean {
    return this.attachments.length > 0;
  }

  /** What the handlers are called with, made anew. */
  decode(): unknown[] {
    if (!this.isBinary) return this.texts.map((text) => JSON.parse(text));
    return this.texts.map((text) =>
      JSON.parse(text, (_key, value: unknown) =>
        isRecord(value) && Object.hasOwn(value, this.mark)
          ? this.attachments[value[this.mark] as number]
          : value,
      ),
    );
  }
}

function withMarks(arg: unknown, attachments: Buffer[]): string | undefined {
  return JSON.stringify(arg, function (this: Record<string, unknown>, key, value: unknown) {
    // What a Buffer makes of itself for JSON is not wanted here.
    const found = this[key];
    if (typeof found !== 'object' || found === null || !isBinary(found)) return value;
    const bytes = ArrayBuffer.isView(found)
      ? Buffer.from(found.buffer, found.byteOffset, found.byteLength)
      : Buffer.from(found);
    attachments.push(Buffer.from(bytes));
    return { [MARK]: attachments.length - 1 };
  });
}
