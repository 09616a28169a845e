import type { AnyRealtime } from './room';

const holders = new WeakMap<AnyRealtime, number>();

/**
 * Connects a client for as long as anyone holds it. It is disconnected when its last holder is gone and nobody has come
 * back in the same turn. Returns the release.
 */
export function holdClient(realtime: AnyRealtime): () => void {
  const change = (by: number) => {
    const count = (holders.get(realtime) ?? 0) + by;
    holders.set(realtime, count);
    return count;
  };
  change(1);
  realtime.connect();
  let isHeld = true;
  return () => {
    if (isHeld) queueMicrotask(() => change(-1) || realtime.disconnect());
    isHeld = false;
  };
}
