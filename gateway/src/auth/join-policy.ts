import { type ErrorReply, roomKind, userRoom } from '../../../src/protocol';
import type { Connection, MayPublish } from '../connection';
import type { Dialect } from '../delivery/dialects';
import { after, isErrorReply, refuse } from '../replies';
import type { Admission } from '../rooms';
import { type FoundRule, isUserRoom, type RuleBook } from './channel-rules';
import { type EndpointPolicy, isForEndpoint } from './endpoint-policy';
import { type Member, readOwnInfo, readSignedMember } from './member-data';
import { askToJoin, askToPublish, mayNotJoin, type RuleCalls, type Verdict } from './rule-decision';
import type { Signatures } from './signatures';

/** What a client sent with its wish to join. */
export interface JoinDetails {
  readonly auth?: unknown;
  readonly channel_data?: unknown;
}

type Later<T> = T | PromiseLike<T>;
type Decision = Admission | ErrorReply;

/** Decides whether a connection may join a room, and as whom. `dialect` is what it wants to hear it in. */
export type JoinPolicy = (
  connection: Connection,
  room: string,
  details: JoinDetails,
  dialect: Dialect,
) => Later<Decision>;

export interface JoinPolicyOptions extends Pick<EndpointPolicy, 'endpoint'> {
  /** Presence rooms for which there is no rule are open to all. */
  readonly anonymousPresence: boolean;
  /** What an application signs. */
  readonly signatures?: Signatures | undefined;
  /** The program's own rules, and how they are called. */
  readonly rules?:
    | {
        readonly book: RuleBook;
        readonly calls: RuleCalls;
        /** Told of a public room whose name matches a rule, which nobody is asked by. */
        readonly tellOpen: (pattern: string, room: string) => void;
      }
    | undefined;
}

const ANYBODY: Admission = {};

/**
 * Public rooms are open. Others need a signature of the application, a rule that says yes, the application's own yes to
 * Echo, or, for the room of a user, that user. Where none of the first three is configured, presence rooms are for all users.
 */
export function defaultJoinPolicy(options: JoinPolicyOptions): JoinPolicy {
  const { anonymousPresence, signatures, endpoint, rules } = options;
  const openToUsers = !signatures && !rules && !endpoint;

  const decide = (
    connection: Connection,
    room: string,
    details: JoinDetails,
    dialect: Dialect,
    found: FoundRule | undefined,
  ): Later<Decision> => {
    const kind = roomKind(room);
    if (kind === 'public') {
      if (found) rules?.tellOpen(found.pattern, room);
      return ANYBODY;
    }
    const signed = typeof details.auth === 'string' && details.auth !== '';
    if (signed && signatures) return bySignature(signatures, connection, room, details);
    const { user } = connection;
    if (isUserRoom(room)) return user && room === userRoom(user.id) ? ANYBODY : closed(connection, room);
    if (endpoint && isForEndpoint(connection, room, dialect, found)) {
      return endpoint.decide(connection, room, details.auth);
    }
    if (rules && found) {
      const verdict = askToJoin(found, connection, room, rules.calls);
      return after(verdict, (said) => byVerdict(said, connection, room, details, user));
    }
    if (kind === 'presence') {
      if (user && (openToUsers || anonymousPresence)) return memberOf(connection, room, details, undefined);
      if (anonymousPresence) return memberOf(connection, room, details, undefined);
      if (!user) return expired(connection, room) ?? mayNotJoin(room, undefined, 'presence room');
    }
    return closed(connection, room);
  };

  return (connection, room, details, dialect) => {
    const found = rules?.book.find(room);
    if (!rules || !found || found.rule.publish === true)
      return decide(connection, room, details, dialect, found);
    // However a member came in, and into public rooms too: a rule that keeps members from sending keeps all.
    const mayPublish: MayPublish = (sender, event, data) =>
      askToPublish(found, sender, room, { event, data }, rules.calls);
    return after(decide(connection, room, details, dialect, found), (decision: Decision) =>
      isErrorReply(decision) ? decision : { ...decision, mayPublish },
    );
  };
}

function bySignature(
  signatures: Signatures,
  connection: Connection,
  room: string,
  { auth, channel_data }: JoinDetails,
): Decision {
  const socketId = connection.id;
  const refused = () => refuse('forbidden', `The signature for "${room}" does not hold.`, room);
  if (roomKind(room) !== 'presence') {
    return signatures.valid(auth as string, { socketId, room }) ? ANYBODY : refused();
  }
  if (typeof channel_data !== 'string') {
    return refuse('invalid_payload', 'channel_data must be the text that was signed.', room);
  }
  if (!signatures.valid(auth as string, { socketId, room, channelData: channel_data })) return refused();
  const member = readSignedMember(channel_data);
  return typeof member === 'string' ? refuse('invalid_payload', member, room) : { member };
}

function byVerdict(
  verdict: Verdict,
  connection: Connection,
  room: string,
  details: JoinDetails,
  user: Connection['user'],
): Decision {
  // Its token has expired while the rule was asked about it.
  if (connection.user !== user) return expired(connection, room) ?? mayNotJoin(room, undefined);
  if (isErrorReply(verdict)) return (user ? undefined : expired(connection, room)) ?? verdict;
  if (roomKind(room) !== 'presence') return ANYBODY;
  return memberOf(connection, room, details, verdict.info);
}

/**
 * Whom a presence room shows: the user, or a client without a name that goes by its socket. What is shown of it is the
 * rule's to say; else it may come with the join, as it may be changed later.
 */
function memberOf(
  { user, id }: Connection,
  room: string,
  details: JoinDetails,
  info: Record<string, unknown> | undefined,
): Decision {
  const user_id = user?.id ?? id;
  if (info) return admit({ user_id, user_info: info });
  const own = readOwnInfo(details.channel_data, user?.info ?? {});
  return typeof own === 'string'
    ? refuse('invalid_payload', own, room)
    : admit({ user_id, user_info: own.user_info });
}

const admit = (member: Member): Admission => ({ member });

function closed(connection: Connection, room: string): ErrorReply {
  return (
    expired(connection, room) ?? refuse('forbidden', `You may not join the private room "${room}".`, room)
  );
}

/** What a client that has just lost its user is told: not that it may not, but what to do. */
function expired({ expiredUser }: Connection, room: string): ErrorReply | undefined {
  if (!expiredUser) return undefined;
  return refuse('token_expired', 'The token has expired; send a fresh one by "auth", then join again.', room);
}
