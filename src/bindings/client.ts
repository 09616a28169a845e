import { type RealtimeOptions, ToporiaRealtime } from '../index';
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

/** A client that is connected by being held. */
export function createClient(url: string, options: RealtimeOptions): ToporiaRealtime {
  // A server that renders the page doesn't know under which name it is reached, and never connects.
  const address = url.startsWith('/') && typeof window === 'undefined' ? `http://localhost${url}` : url;
  return new ToporiaRealtime(address, { ...options, autoConnect: false });
}
