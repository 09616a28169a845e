import { isLifecycleEvent, type MessageMeta } from '../protocol';

/** How many message ids are remembered, to tell the copies of one message that went to several rooms. */
const REMEMBERED = 1_000;

export interface Incoming {
  _payload: unknown;
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
    const meta = Object(second).channel ? (second as MessageMeta) : {};
    const { id } = meta;
    const seen = this._seen;
    const isRepeat = !!id && seen.has(id);
    if (id) seen.add(id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value as string);
    return { _payload: data, _meta: meta, _isRepeat: isRepeat };
  }
}
