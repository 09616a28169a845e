import { isRecord, roomKind, type SubscribeRequest } from '../protocol';
import { type RealtimeError, toRealtimeError } from './errors';
import { ListedRooms } from './listed-rooms';
import type { Settle } from './requests';
import type { Room, RoomHandle } from './rooms';

/**
 * Rooms that also a gateway guards which checks `subscribe` alone: the PHP gateway lets anyone `join` anything. So
 * private rooms and those with presence are subscribed to, until the gateway is known to check both.
 */
export class GuardedRooms<Handle extends RoomHandle> extends ListedRooms<Handle> {
  private readonly _subscribed = new WeakSet<Room<Handle>>();

  /**
   * The PHP gateway refuses by an event alone; ours by the ack, which says more. Returns whether the event is not for
   * this client, to which the PHP gateway sends what is for rooms of others.
   */
  _heed(event: string, data: unknown): boolean {
    if (this._gateway._isOurs || !isRecord(data)) return false;
    const { channel } = data;
    const room = typeof channel === 'string' ? this._all.get(channel) : undefined;
    if (event === 'auth_error') this._unauthorized(toRealtimeError(data, 'unauthorized'));
    else if (/^subscri/.test(event)) {
      if (event !== 'subscribed' && room?._state === 'joining')
        this._failed(room, toRealtimeError(data, 'forbidden'));
    } else if (this._gateway._isPhp && channel && !room?._wasJoined) return true;
    return false;
  }

  /** It answers in order: the refusal is that of the first that waits. */
  private _unauthorized(error: RealtimeError): void {
    for (const message of this._requests._waiting) {
      if (message._event === 'auth' && message._isSent) {
        this._requests._end(message, error);
        return;
      }
    }
  }

  override _request(event: 'join' | 'leave', room: Room<Handle>, details: object, settle: Settle): void {
    const { _name: name } = room;
    if (event === 'join') {
      if (this._gateway._isOurs || roomKind(name) === 'public') this._subscribed.delete(room);
      else this._subscribed.add(room);
    }
    if (this._subscribed.has(room)) {
      const verb = event === 'join' ? 'subscribe' : 'unsubscribe';
      this._requests._request(verb, [{ channel: name, ...details } satisfies SubscribeRequest], settle);
    } else super._request(event, room, details, settle);
  }
}
