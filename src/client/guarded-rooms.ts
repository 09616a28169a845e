import { isRecord, PROTOCOL_VERSION, roomKind, type SubscribeRequest } from '../protocol';
import { toRealtimeError } from './errors';
import type { Settle } from './requests';
import { type Room, type RoomHandle, Rooms } from './rooms';

/**
 * Rooms that also a gateway guards which checks `subscribe` alone: the PHP gateway lets anyone `join` anything. So
 * private rooms and those with presence are subscribed to, until the gateway is known to check both.
 */
export class GuardedRooms<Handle extends RoomHandle> extends Rooms<Handle> {
  private readonly _subscribed = new WeakSet<Room<Handle>>();
  /** What the first answer told is kept: a client stays with the gateway that it was made for. */
  _isTrusted = false;

  /** Takes the answer to the hello. */
  _greeted(reply: unknown): void {
    if (Object(reply).protocol === PROTOCOL_VERSION) this._isTrusted = true;
  }

  /** The PHP gateway refuses by an event alone; ours by the ack, which says more. */
  _heed(event: string, data: unknown): void {
    if (event !== 'subscription_error' || this._isTrusted || !isRecord(data)) return;
    const room = typeof data.channel === 'string' ? this._all.get(data.channel) : undefined;
    if (room?._state === 'joining') this._failed(room, toRealtimeError(data, 'forbidden'));
  }

  override _request(event: 'join' | 'leave', room: Room<Handle>, details: object, settle: Settle): void {
    const { _name: name } = room;
    if (event === 'join') {
      if (this._isTrusted || roomKind(name) === 'public') this._subscribed.delete(room);
      else this._subscribed.add(room);
    }
    if (this._subscribed.has(room)) {
      const verb = event === 'join' ? 'subscribe' : 'unsubscribe';
      this._requests._request(verb, [{ channel: name, ...details } satisfies SubscribeRequest], settle);
    } else super._request(event, room, details, settle);
  }
}
