export type {
  BroadcastOptions,
  ChannelInfo,
  EventHandler,
  Gateway,
  GatewayChannel,
  GatewayNamespace,
  HandlerContext,
  PresenceEntry,
  Published,
  User,
} from './api';
export { type GatewayOptions, SettingsError } from './config';
export { createGateway } from './gateway';
export { createLogger, type Logger } from './logger';
export type { Settings } from './settings';
