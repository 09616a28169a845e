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
export { type GatewayOptions, SettingsError } from './config';
export { createGateway } from './gateway';
export { createLogger, type Logger } from './logger';
export type { Settings } from './settings';
