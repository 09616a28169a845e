export type {
  BroadcastOptions,
  ChannelInfo,
  EventHandler,
  Gateway,
  GatewayChannel,
  GatewayNamespace,
  HandlerContext,
  HandlerOptions,
  Middleware,
  MiddlewareEvent,
  PresenceEntry,
  Published,
  User,
} from './api';
export { ClientError, type ClientErrorCode } from './client-error';
export { type GatewayOptions, SettingsError } from './config';
export { createGateway } from './gateway';
export { createLogger, type Logger } from './logger';
export type { Settings } from './settings';
