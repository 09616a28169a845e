import type { ErrorReply } from '../../../src/protocol';
import type { Connection, Membership } from '../connection';
import { after, inOrder, isErrorReply, refuse } from '../replies';

/** Those rooms of a sender that it may send to, or why there is none. */
export function sendable(
  connection: Connection,
  memberships: readonly Membership[],
  event: string,
  data: unknown,
): Membership[] | ErrorReply | PromiseLike<Membership[] | ErrorReply> {
  const answers = inOrder(memberships, ({ mayPublish }) => mayPublish?.(connection, event, data));
  return after(answers, (refusals) => {
    // Those that the sender has lost while a rule was asked are not its to send to.
    const allowed = memberships.filter(
      (membership, index) =>
        refusals[index] === undefined && connection.rooms.get(membership.room.name) === membership,
    );
    if (allowed.length > 0) return allowed;
    return refusals.find(isErrorReply) ?? refuse('not_in_room', 'Join a room before you send to it.');
  });
}
