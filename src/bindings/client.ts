import type { AnyRealtime } from './shared-room';

const holders = new WeakMap<AnyRealtime, number>();

/**
 * Connects a client for as long as anyone holds it. It is disconnected when its last holder is gone and nobody has come
 * back in the same turn. Returns the release.
 */
export function holdClient(realtime: AnyRealtime): () => void {
  const count = (by: number) => {
    const held = (holders.get(realtime) ?? 0) + by;
    holders.set(realtime, held);
    return held;
  };
  count(1);
  realtime.connect();
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    queueMicrotask(() => {
      if (count(-1) === 0) realtime.disconnect();
    });
  };
}
