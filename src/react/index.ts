import type { MessageListOptions } from '../bindings/messages';
import type { RoomName, RoomOptions } from '../bindings/room';
import type { AnyEvents } from '../index';
import * as hooks from './hooks';
import type { RealtimeHooks, UseMessages } from './types';

export type { ListedMessage, MessageListOptions } from '../bindings/messages';
export type { RoomName, RoomOptions, RoomStatus } from '../bindings/room';
export { useRealtime } from './context';
export { createRealtimeHooks } from './create-hooks';
export { useConnectionState, useTyping } from './hooks';
export { RealtimeProvider, type RealtimeProviderProps } from './provider';
export type { RealtimeHooks, UseEvent, UseMessages, UsePresence, UseRoom, UseTyping } from './types';

type Hooks = RealtimeHooks<AnyEvents, AnyEvents>;

export const useRoom = hooks.useRoom as unknown as Hooks['useRoom'];
export const useEvent = hooks.useEvent as Hooks['useEvent'];
export const usePresence = hooks.usePresence as Hooks['usePresence'];
export const useMessages = hooks.useMessages as <Data = unknown>(
  room: RoomName,
  event: string,
  options?: MessageListOptions<Data> & RoomOptions,
) => UseMessages<Data>;
