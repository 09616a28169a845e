export type {
  BroadcastOptions,
  ChannelInfo,
  EventHandler,
  Gateway,
  GatewayChannel,
  GatewayNamespace,
  GatewayStats,
  HandlerContext,
  HandlerOptions,
  KickOptions,
  Middleware,
  MiddlewareEvent,
  PresenceEntry,
  Published,
  SendToUserOptions,
  User,
} from './api';
export type { KeySource, PublicKeys } from './auth/key-source';
export type {
  AnonymousRule,
  Authorize,
  ChannelAnswer,
  ChannelContext,
  ChannelParams,
  ChannelRule,
  ChannelRules,
  MayPublish,
  PublishContext,
  UserRule,
} from './auth/rule-types';
export { BrokerError, type BrokerState, type BrokerStatus } from './broker/broker';
export { ClientError, type ClientErrorCode } from './client-error';
export { type GatewayOptions, SettingsError } from './config';
export type { LimitSettings } from './config/limit-settings';
export { createGateway } from './gateway';
export type {
  ClientInfo,
  EventInfo,
  GatewayHooks,
  JoinInfo,
  Outcome,
  PublishInfo,
  RequestInfo,
  Run,
} from './hooks/hooks';
export { createLogger, type Logger } from './logger';
export type { AdminSettings, MetricsSettings, Settings } from './settings';
export { type RunWorkersOptions, runWorkers, type Workers } from './workers/run-workers';
