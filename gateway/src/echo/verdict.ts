import { isRecord, roomKind } from '../../../src/protocol';
import { readMember, readSignedMember } from '../auth/member-data';
import type { Admission } from '../rooms';

/** What an application's answer admits a client as, or what is wrong with it. Whatever is not a clear yes is wrong. */
export function readVerdict(body: string, room: string): Admission | string {
  const answer = parse(body);
  if (answer === undefined) return 'it answered no JSON';
  const own = (key: string) => (isRecord(answer) && Object.hasOwn(answer, key) ? answer[key] : undefined);
  const data = own('channel_data') ?? undefined;
  const admits = answer === true || typeof own('auth') === 'string' || data !== undefined;
  if (!admits) return 'it answered neither true nor { auth } nor { channel_data }';
  if (roomKind(room) !== 'presence') return {};
  if (data === undefined) return 'it answered no channel_data, which tells who is in a presence room';
  const member = typeof data === 'string' ? readSignedMember(data) : readMember(data);
  return typeof member === 'string' ? `it answered a channel_data that won't do: ${member}` : { member };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
