import type { Member } from '../index';
import { ToporiaEchoPrivateChannel } from './private-channel';

/** A presence channel of Echo: `echo.join('chat')`. A member is told as its `user_info`, one a user. */
export class ToporiaEchoPresenceChannel extends ToporiaEchoPrivateChannel {
  /** Is called with all members at each subscription that succeeds; in a moment, where that has happened already. */
  here<T = unknown>(callback: (members: T[]) => unknown): this {
    return this.add('here', callback, ({ status }) => status === 'joined' && callback(this.infos as T[]));
  }

  /** Is called when another user comes. */
  joining<T = unknown>(callback: (member: T) => unknown): this {
    return this.hearMembers('joined', callback);
  }

  /** Is called when the last connection of another user is gone. */
  leaving<T = unknown>(callback: (member: T) => unknown): this {
    return this.hearMembers('left', callback);
  }

  protected override joined(): void {
    this.tellAll('here', (callback) => callback(this.infos));
    super.joined();
  }

  private get infos(): unknown[] {
    return this.room.presence.members.map(({ info }) => info);
  }

  private hearMembers<T>(event: 'joined' | 'left', callback: (member: T) => unknown): this {
    this.callbacks.add(event, callback, () =>
      this.room.presence.on(event, ({ info }: Member) => callback(info as T)),
    );
    return this;
  }
}
