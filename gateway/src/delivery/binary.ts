/** Whether there is binary data in a value, as Socket.IO sees it, which sends such data as attachments. */
export function hasBinary(value: unknown, isJson = false): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const each of value) if (hasBinary(each)) return true;
    return false;
  }
  if (isBinary(value)) return true;
  const { toJSON } = value as { toJSON?: unknown };
  if (!isJson && typeof toJSON === 'function') return hasBinary(toJSON.call(value), true);
  for (const key in value) {
    if (Object.hasOwn(value, key) && hasBinary((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}

export function isBinary(value: object): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}
