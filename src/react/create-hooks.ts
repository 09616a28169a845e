import type { AnyEvents } from '../index';
import { useRealtime } from './context';
import { useConnectionState, useEvent, useMessages, usePresence, useRoom, useTyping } from './hooks';
import type { RealtimeHooks } from './types';

/**
 * The hooks typed by an application's events. They are the same functions for every call.
 * @example
 * export const { useRoom, useMessages } = createRealtimeHooks<FromServer, ToServer>();
 */
export function createRealtimeHooks<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
>(): RealtimeHooks<FromServer, ToServer> {
  const hooks = { useRealtime, useConnectionState, useRoom, useEvent, usePresence, useTyping, useMessages };
  return hooks as unknown as RealtimeHooks<FromServer, ToServer>;
}
