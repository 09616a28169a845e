import { type ErrorReply, isRecord } from '../../../src/protocol';
import type { Connection } from '../connection';
import { refuse } from '../replies';

/** A whisper of Echo's, which is the event `client-…` in one room. */
export interface Whisper {
  readonly room: string;
  readonly event: string;
  readonly args: readonly unknown[];
}

/** Reads the payload of a `client event`. */
export function readWhisper({ rooms }: Connection, payload: unknown): Whisper | ErrorReply {
  const own = (key: string) => (isRecord(payload) && Object.hasOwn(payload, key) ? payload[key] : undefined);
  const [room, event, data] = [own('channel'), own('event'), own('data')];
  if (typeof room !== 'string' || typeof event !== 'string' || !event.startsWith('client-')) {
    return refuse('invalid_payload', 'A client event is { channel, event, data }, its event "client-…".');
  }
  if (!rooms.has(room)) return refuse('not_in_room', 'Join a room before you send to it.', room);
  return { room, event, args: data === undefined ? [] : [data] };
}
