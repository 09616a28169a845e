import { ToporiaEchoChannel } from './channel';

/** A private channel of Echo: `echo.private('orders.7')`. */
export class ToporiaEchoPrivateChannel extends ToporiaEchoChannel {
  /** Sends to the other members, who hear it by `listenForWhisper`. Dropped when there is no connection. */
  whisper(event: string, data?: unknown): this {
    this.room.whisper(event, data);
    return this;
  }
}
