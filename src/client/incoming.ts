import { isLifecycleEvent, isRecord, type MessageMeta } from '../protocol';

/** How many messages are remembered, twice over. */
const REMEMBERED = 1_000;

export interface Incoming {
  _payload: unknown;
  _meta: MessageMeta;
  /** The message has been heard already, in another room. */
  _isRepeat: boolean;
}

/** Reads what the gateway sends: splits payload from meta, and tells repeats. */
export class IncomingReader {
  /** The ids of messages, and the rooms that each came in. */
  private _seen = new Map<unknown, unknown[]>();
  private _before: typeof this._seen | undefined;

  /** Returns `undefined` for an event that poses as one of the SDK's own. */
  _read(event: string, args: readonly unknown[], isRepeat?: boolean): Incoming | undefined {
    if (isLifecycleEvent(event)) return undefined;
    const second = args[1] as MessageMeta | undefined;
    const meta = second?.channel ? second : {};
    return { _payload: args[0], _meta: meta, _isRepeat: isRepeat ?? this._recall(meta.id) != null };
  }

  /** Whether a message came in this room, not too long ago; `undefined` where it came in none. Remembers it. */
  _recall(id: unknown, room?: string): boolean | undefined {
    if (!id) return undefined;
    const rooms = this._seen.get(id) ?? this._before?.get(id);
    const isHere = rooms?.includes(room);
    if (this._seen.size >= REMEMBERED) {
      this._before = this._seen;
      this._seen = new Map();
    }
    if (!isHere) this._seen.set(id, [...(rooms ?? []), room]);
    return isHere;
  }
}

/** A gateway that sends no second argument puts the room's name into the payload. */
export function withChannel(meta: MessageMeta, data: unknown): MessageMeta {
  if (meta.channel || !isRecord(data)) return meta;
  const channel = data.channel ?? data.room;
  return typeof channel === 'string' ? { ...meta, channel } : meta;
}
