import type { MaybeRefOrGetter } from 'vue';
import type { MessageListOptions } from '../bindings/messages';
import type { RoomName, RoomOptions } from '../bindings/room';
import type { AnyEvents, ToporiaRealtime } from '../index';
import * as composables from './composables';
import type { RealtimeComposables, UseMessages } from './types';

export type { ListedMessage, MessageListOptions } from '../bindings/messages';
export type { RoomName, RoomOptions, RoomStatus } from '../bindings/room';
export { useConnectionState, useTyping } from './composables';
export { createRealtimeComposables } from './create-composables';
export { useRealtime } from './injection';
export { createRealtime, type RealtimePlugin } from './plugin';
export type {
  RealtimeComposables,
  UseEvent,
  UseMessages,
  UsePresence,
  UseRoom,
  UseTyping,
} from './types';

declare module 'vue' {
  interface ComponentCustomProperties {
    /** The client of the plugin `createRealtime`. */
    $realtime: ToporiaRealtime;
  }
}

type Composables = RealtimeComposables<AnyEvents, AnyEvents>;

export const useRoom = composables.useRoom as unknown as Composables['useRoom'];
export const useEvent = composables.useEvent as Composables['useEvent'];
export const usePresence = composables.usePresence as Composables['usePresence'];
export const useMessages = composables.useMessages as <Data = unknown>(
  room: MaybeRefOrGetter<RoomName>,
  event: MaybeRefOrGetter<string>,
  options?: MaybeRefOrGetter<MessageListOptions<Data> & RoomOptions>,
) => UseMessages<Data>;
