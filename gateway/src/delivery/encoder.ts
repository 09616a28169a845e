import type { Server } from 'socket.io';

interface Packet {
  readonly nsp?: string;
  readonly data?: unknown;
  /** The arguments of an event, as JSON already. */
  readonly text?: string;
}

/** What stands for an attachment in the JSON of a packet; in a string of JSON its quotes are escaped. */
const PLACEHOLDER = /"_placeholder":true/g;

/**
 * Lets an event bring its text along, so that what a log has made into JSON isn't made so once more; and keeps data that
 * looks like Socket.IO's placeholder out of packets that have attachments, since a client ends its connection
 * when such a one is false. In packets without attachments it is data like any other.
 */
export function adaptEncoder(io: Server): void {
  const encoder = io.encoder as unknown as { encode(packet: Packet): [string, ...unknown[]] };
  const encode = encoder.encode.bind(encoder);
  encoder.encode = (packet) => {
    const { text, nsp = '/' } = packet;
    if (text !== undefined) return [nsp === '/' ? `2${text}` : `2${nsp},${text}`];
    const encoded = encode(packet);
    if (encoded.length === 1 || (encoded[0].match(PLACEHOLDER)?.length ?? 0) < encoded.length) return encoded;
    return encode({ ...packet, data: withoutPlaceholders(packet.data) });
  };
}

function withoutPlaceholders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaceholders);
  if (typeof value !== 'object' || value === null || isOpaque(value)) return value;
  const entries = Object.entries(value).filter(([key, each]) => key !== '_placeholder' || each !== true);
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutPlaceholders(each)]));
}

function isOpaque(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    typeof (value as { toJSON?: unknown }).toJSON === 'function'
  );
}
