import type { ToporiaEchoChannel } from './channel';
import type { EchoConnectionStatus, ToporiaConnector } from './connector';
import type { ToporiaEchoPresenceChannel } from './presence-channel';
import type { ToporiaEchoPrivateChannel } from './private-channel';

/**
 * What `new Echo<'function'>({ broadcaster: ToporiaConnector, … })` makes. Echo's own types say `any` for the channels of
 * a connector that isn't one of its own.
 */
export interface ToporiaEcho {
  readonly connector: ToporiaConnector;
  channel(channel: string): ToporiaEchoChannel;
  private(channel: string): ToporiaEchoPrivateChannel;
  join(channel: string): ToporiaEchoPresenceChannel;
  listen(channel: string, event: string, callback: (data: never) => unknown): ToporiaEchoChannel;
  leave(channel: string): void;
  leaveChannel(channel: string): void;
  leaveAllChannels(): void;
  socketId(): string | undefined;
  connectionStatus(): EchoConnectionStatus;
  connect(): void;
  disconnect(): void;
}
