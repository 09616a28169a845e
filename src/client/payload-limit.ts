import { RealtimeError } from './errors';
import type { RealtimeSocket } from './socket';

type Encoded = string | ArrayBuffer | ArrayBufferView | Blob;

/** The part of a Socket.IO manager that turns packets into what travels. */
interface Encodes {
  encoder: { encode(packet: { data?: unknown }): Encoded[] };
  engine?: { transport?: { name: string } };
}

/** Refuses packets that the gateway would answer by closing the connection. */
export function limitPayload(socket: RealtimeSocket): void {
  const manager = socket._socket.io as unknown as Encodes;
  const { encoder } = manager;
  const encode = encoder.encode.bind(encoder);
  encoder.encode = (packet) => {
    const parts = encode(packet);
    for (const part of parts) {
      const size = sizeOf(part, socket._maxPayload, manager.engine?.transport?.name === 'polling');
      if (size > socket._maxPayload) {
        throw new RealtimeError(
          'payload_too_large',
          `The payload takes ${size} bytes; the gateway takes at most ${socket._maxPayload}.`,
        );
      }
    }
    return parts;
  };
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
