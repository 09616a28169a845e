import type { LifecycleEvents } from '../../src/client/event-types';

/** The names of all of the SDK's own events; does not compile when one is missing. */
export const LIFECYCLE_EVENTS = Object.keys({
  connected: true,
  disconnected: true,
  reconnecting: true,
  reconnected: true,
  reconnect_failed: true,
  connect_error: true,
  error: true,
  gap: true,
  state: true,
} satisfies Record<keyof LifecycleEvents, true>);
