import { isLifecycleEvent, isRecord, type MessageMeta } from '../protocol';

/** How many message ids are remembered, twice over, to tell the copies of one message that went to several rooms. */
const REMEMBERED = 500;

export interface Incoming {
  _payload: unknown;
  _meta: MessageMeta;
  /** The message has been heard already, in another room. */
  _isRepeat: boolean;
}

/** Reads what the gateway sends: splits payload from meta, and tells repeats. */
export class IncomingReader {
  private _seen = new Set<string>();
  private _before = new Set<string>();

  /** Returns `undefined` for an event that poses as one of the SDK's own. */
  _read(event: string, args: readonly unknown[]): Incoming | undefined {
    if (isLifecycleEvent(event)) return undefined;
    const second = args[1] as MessageMeta | undefined;
    const meta = second?.channel ? second : {};
    const { id } = meta;
    const isRepeat = !!id && (this._seen.has(id) || this._before.has(id));
    if (id && !isRepeat) {
      if (this._seen.size >= REMEMBERED) {
        this._before = this._seen;
        this._seen = new Set();
      }
      this._seen.add(id);
    }
    return { _payload: args[0], _meta: meta, _isRepeat: isRepeat };
  }
}

/** A gateway that sends no second argument puts the room's name into the payload. */
export function withChannel(meta: MessageMeta, data: unknown): MessageMeta {
  if (meta.channel || !isRecord(data)) return meta;
  const channel = data.channel ?? data.room;
  return typeof channel === 'string' ? { ...meta, channel } : meta;
}
