export type {
  BroadcastOptions,
  ChannelInfo,
  EventHandler,
  Gateway,
  GatewayChannel,
  GatewayNamespace,
  GatewayStats,
  HandlerContext,
  PresenceEntry,
  Published,
  User,
} from './api';
export { type GatewayOptions, SettingsError } from './config';
export type { LimitSettings } from './config/limit-settings';
export { createGateway } from './gateway';
export { createLogger, type Logger } from './logger';
export type { Settings } from './settings';
