export type { EchoAuthorizer } from './authorizer';
export type { ToporiaEchoChannel } from './channel';
export { type EchoConnectionStatus, ToporiaConnector } from './connector';
export type { ToporiaEcho } from './echo';
export type { ToporiaEchoOptions } from './options';
export type { ToporiaEchoPresenceChannel } from './presence-channel';
export type { ToporiaEchoPrivateChannel } from './private-channel';
