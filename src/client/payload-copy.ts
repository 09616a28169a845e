import { RealtimeError } from './errors';

/**
 * A copy of what JSON and Socket.IO would make of a payload, so that the caller may change its own afterwards. Binary
 * data is copied too; a Blob, which can't change, is not.
 */
export function copyPayload(value: unknown, depth = 0, isConverted = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 1_000) throw new RealtimeError('invalid_payload', 'The payload is too deep, or in itself');
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(
      value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer,
    );
  }
  if (typeof Blob === 'function' && value instanceof Blob) return value;
  if (Array.isArray(value)) return value.map((item) => copyPayload(item, depth + 1));
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function' && !isConverted) return copyPayload(toJSON.call(value), depth + 1, true);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyPayload(item, depth + 1)]));
}
