import type { AnyEvents } from '../index';
import { useConnectionState, useEvent, useMessages, usePresence, useRoom, useTyping } from './composables';
import { useRealtime } from './injection';
import type { RealtimeComposables } from './types';

/**
 * The composables typed by an application's events. They are the same functions for every call.
 * @example
 * export const { useRoom, useMessages } = createRealtimeComposables<FromServer, ToServer>();
 */
export function createRealtimeComposables<
  FromServer extends object = AnyEvents,
  ToServer extends object = AnyEvents,
>(): RealtimeComposables<FromServer, ToServer> {
  const all = { useRealtime, useConnectionState, useRoom, useEvent, usePresence, useTyping, useMessages };
  return all as unknown as RealtimeComposables<FromServer, ToServer>;
}
