import type { MessageListOptions } from '../bindings/messages';
import type { AnyEvents } from '../index';
import * as hooks from './hooks';
import type { RoomName, RoomOptions } from './room';
import type { RealtimeHooks, UseMessages } from './types';

export type { ListedMessage, MessageListOptions } from '../bindings/messages';
export type { RoomStatus } from '../bindings/room';
export { useRealtime } from './context';
export { createRealtimeHooks } from './create-hooks';
export { RealtimeProvider, type RealtimeProviderProps } from './provider';
export type { RoomName, RoomOptions } from './room';
export type { RealtimeHooks, UseMessages, UsePresence, UseRoom, UseTyping } from './types';

type Hooks = RealtimeHooks<AnyEvents, AnyEvents>;

export const useConnectionState = hooks.useConnectionState;
export const useRoom = hooks.useRoom as unknown as Hooks['useRoom'];
export const useEvent = hooks.useEvent as unknown as Hooks['useEvent'];
export const usePresence = hooks.usePresence as Hooks['usePresence'];
export const useTyping = hooks.useTyping;
export const useMessages = hooks.useMessages as <Data = unknown>(
  room: RoomName,
  event: string,
  options?: MessageListOptions<Data> & RoomOptions,
) => UseMessages<Data>;
