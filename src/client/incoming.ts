import { isLifecycleEvent, isRecord, type MessageMeta } from '../protocol';

/** How many keys are remembered, twice over: ids of messages, and which room each came in. */
const REMEMBERED = 1_000;

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
    return { _payload: args[0], _meta: meta, _isRepeat: this._isRepeat(meta.id) };
  }

  /** Whether it was asked for the same key before, not too long ago. */
  _isRepeat(key: string | undefined): boolean {
    if (!key) return false;
    if (this._seen.has(key) || this._before.has(key)) return true;
    if (this._seen.size >= REMEMBERED) {
      this._before = this._seen;
      this._seen = new Set();
    }
    this._seen.add(key);
    return false;
  }
}

/** A gateway that sends no second argument puts the room's name into the payload. */
export function withChannel(meta: MessageMeta, data: unknown): MessageMeta {
  if (meta.channel || !isRecord(data)) return meta;
  const channel = data.channel ?? data.room;
  return typeof channel === 'string' ? { ...meta, channel } : meta;
}
