import type { ErrorReply } from '../../src/protocol';
import { isRecord } from '../../src/protocol';
import { refuse } from './replies';

/** The room that a payload names: the bare name, or `room` or `channel`, whichever spelling it came in. */
export function roomOf(payload: unknown, spelling: 'room' | 'channel'): unknown {
  if (!isRecord(payload)) return payload;
  const other = spelling === 'room' ? 'channel' : 'room';
  return Object.hasOwn(payload, spelling) ? payload[spelling] : payload[other];
}

export function invalidRoom(name: unknown, problem: string): ErrorReply {
  return refuse('invalid_room', `That is not the name of a room: ${problem}.`, name);
}
