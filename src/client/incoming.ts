import { isLifecycleEvent, isRecord, type MessageMeta } from '../protocol';

/** How many message ids are remembered, to tell the copies of one message that went to several rooms. */
const REMEMBERED = 1_000;

export interface Incoming {
  _data: unknown;
  _meta: MessageMeta;
  /** The message has been heard already, in another room. */
  _isRepeat: boolean;
}

/** Reads what the gateway sends: splits payload from meta, and tells repeats. */
export class IncomingReader {
  private readonly _seen = new Set<string>();

  /** Returns `undefined` for an event that poses as one of the SDK's own. */
  _read(event: string, [data, second]: readonly unknown[]): Incoming | undefined {
    if (isLifecycleEvent(event)) return undefined;
    const meta = isRecord(second) ? (second as MessageMeta) : metaOf(data);
    const { id } = meta;
    const isRepeat = id !== undefined && this._seen.has(id);
    if (id !== undefined && !isRepeat) this._remember(id);
    return { _data: data, _meta: meta, _isRepeat: isRepeat };
  }

  private _remember(id: string): void {
    this._seen.add(id);
    if (this._seen.size > REMEMBERED) this._seen.delete(this._seen.values().next().value as string);
  }
}

/** A gateway without a second argument puts the room's name into the payload. */
function metaOf(data: unknown): MessageMeta {
  if (!isRecord(data)) return {};
  const channel = data.channel ?? data.room;
  return typeof channel === 'string' ? { channel } : {};
}
