export { Channel, type ChannelEvents } from './client/channel';
export type { Clock } from './client/clock';
export type { ConnectionState } from './client/connection-state';
export type { Unsubscribe } from './client/emitter';
export { RealtimeError, type RealtimeErrorCode } from './client/errors';
export type {
  AckCallback,
  AnyEvents,
  DataOf,
  EventHandler,
  EventName,
  Failure,
  LifecycleEvents,
  StateChange,
} from './client/event-types';
export type { GatewayProtocol } from './client/gateway-kind';
export { RealtimeListener } from './client/listener';
export type {
  AuthorizationOptions,
  BatchOptions,
  Credentials,
  DeliveryGuarantee,
  JoinOptions,
  Logger,
  OfflineQueueOptions,
  RealtimeOptions,
  RoomCredentials,
  SendOptions,
  WaitOptions,
} from './client/options';
export type { Member, Presence, PresenceEvents } from './client/presence';
export { ToporiaRealtime, ToporiaRealtime as default } from './client/realtime';
export type { Gap } from './client/recovery';
export type { Typing } from './client/typing';
export type { MessageMeta, Position } from './protocol';
export { roomKind, roomNameProblem } from './protocol';
