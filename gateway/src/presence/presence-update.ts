import { isRecord, roomNameProblem } from '../../../src/protocol';
import { userInfoProblem } from '../auth/member-data';
import type { Connection } from '../connection';
import { invalidRoom, roomOf } from '../named-room';
import { after, type Reply, refuse } from '../replies';
import * as presence from './presence';

/** Replaces what the others of a presence room see of the one who asks. */
export function updatePresence(connection: Connection, payload: unknown): Reply | PromiseLike<Reply> {
  const name = roomOf(payload, 'room');
  const problem = roomNameProblem(name);
  if (problem) return invalidRoom(name, problem);
  const membership = connection.rooms.get(name as string);
  if (membership?.userId === undefined) {
    return refuse('not_in_room', 'Only a member of a presence room can update its entry there.', name);
  }
  const userInfo = isRecord(payload) && Object.hasOwn(payload, 'user_info') ? payload.user_info : undefined;
  const infoProblem = userInfoProblem(userInfo);
  if (infoProblem) return refuse('invalid_payload', infoProblem, name);
  const updated = presence.update(connection, membership.room, membership.userId, userInfo);
  return after(updated, () => ({ room: name }));
}
