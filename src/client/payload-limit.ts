import { DEFAULT_MAX_PAYLOAD } from '../protocol';
import { RealtimeError } from './errors';

type Encoded = string | ArrayBuffer | ArrayBufferView | Blob;

const CONNECT = 0;

/** What the gateway said of a connection when it opened. */
export interface Handshake {
  /** Bytes. */
  maxPayload?: number;
  /** Milliseconds; a connection on which nothing has come for the sum of both is dead. */
  pingInterval?: number;
  pingTimeout?: number;
}

/** The parts of a Socket.IO manager that begin a connection, and turn packets into what travels. */
interface Manager {
  open(callback?: unknown): unknown;
  encoder: { encode(packet: { type: number }): Encoded[] };
  engine: {
    once(event: 'handshake', listener: (handshake: Handshake) => void): void;
    transport?: { name: string };
  };
}

/** Refuses packets that the gateway would answer by closing the connection. Returns what tells the last handshake. */
export function limitPayload(manager: Manager): () => Handshake {
  const { encoder } = manager;
  const open = manager.open.bind(manager);
  const encode = encoder.encode.bind(encoder);
  let handshake: Handshake = {};
  manager.open = (callback) => {
    const result = open(callback);
    manager.engine.once('handshake', (details) => {
      handshake = details;
    });
    return result;
  };
  encoder.encode = (packet) => {
    const parts = encode(packet);
    // The handshake has nobody to tell.
    if (packet.type === CONNECT) return parts;
    const limit = handshake.maxPayload || DEFAULT_MAX_PAYLOAD;
    for (const part of parts) {
      const size = sizeOf(part, limit, manager.engine.transport?.name === 'polling');
      if (size > limit) {
        throw new RealtimeError(
          'payload_too_large',
          `The payload takes ${size} bytes; the gateway takes at most ${limit}`,
        );
      }
    }
    return parts;
  };
  return () => handshake;
}

/** Bytes on the wire, exact only where it matters: counting is dear. */
function sizeOf(part: Encoded, limit: number, isText: boolean): number {
  if (typeof part === 'string') {
    // Engine.IO puts one character before a text, and no unit takes more than three bytes.
    return part.length * 3 < limit ? part.length : utf8Length(part) + 1;
  }
  const bytes = 'size' in part ? part.size : part.byteLength;
  return isText ? Math.ceil(bytes / 3) * 4 + 1 : bytes;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
