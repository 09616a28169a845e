import type { Room } from '../room';
import type { Admission } from '../rooms';

/** Whether a presence room has no place for one more user; a further connection of a member needs none. */
export function roomIsFull(room: Room | undefined, { member }: Admission, most: number): boolean {
  const roster = room?.roster;
  if (!roster || !member || most === 0) return false;
  return roster.size >= most && !roster.has(member.user_id);
}
