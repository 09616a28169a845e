import { isProxy } from 'vue';

/**
 * A payload with what the reactive objects in it hold now, since a form is emptied as soon as it is sent. The payload
 * itself where nothing in it is reactive.
 */
export function snapshot(value: unknown): unknown {
  const isLive = isProxy(value);
  if (isLive && typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return snapshot((value as { toJSON(): unknown }).toJSON());
  }
  if (!isLive && !Array.isArray(value) && !isPlain(value)) return value;
  const entries = Object.entries(value as object).map(([key, item]) => [key, item, snapshot(item)] as const);
  if (!isLive && entries.every(([, item, copy]) => item === copy)) return value;
  if (Array.isArray(value)) return entries.map(([, , copy]) => copy);
  return Object.fromEntries(entries.map(([key, , copy]) => [key, copy]));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
