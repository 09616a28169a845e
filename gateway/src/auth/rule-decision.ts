import { type ErrorReply, isRecord } from '../../../src/protocol';
import type { User } from '../api';
import type { Connection } from '../connection';
import type { Logger } from '../logger';
import { after, guarded, refuse } from '../replies';
import { TookTooLong, withinTime } from './bounded';
import type { FoundRule } from './channel-rules';
import { userInfoProblem } from './member-data';
import type { ChannelContext } from './rule-types';

type Later<T> = T | PromiseLike<T>;

/** Ms after which a client may try again what could not be decided. */
const RETRY_AFTER = 1_000;

/** What a rule says: nothing that was refused, and what the members of a presence room are shown, if it says so. */
export type Verdict = ErrorReply | { readonly info: Record<string, unknown> | undefined };

export interface RuleCalls {
  /** Ms that a callback may take. */
  readonly timeout: number;
  readonly logger: Logger;
}

/** Asks a rule whether a connection may join, and denies whatever is not a clear yes. */
export function askToJoin(
  found: FoundRule,
  connection: Connection,
  room: string,
  { timeout, logger }: RuleCalls,
): Later<Verdict> {
  const { rule, params, pattern } = found;
  const { user } = connection;
  if (!user && !rule.anonymous) return mayNotJoin(room, user);
  if (user && rule.guards && !rule.guards.has(user.guard)) return mayNotJoin(room, user);
  const authorize = rule.authorize;
  if (!authorize) return { info: undefined };
  const verdict = () =>
    after(withinTime(authorize(user, params, contextOf(connection, room)), timeout), (answer): Verdict => {
      if (answer === true) return { info: undefined };
      const info = infoOf(answer);
      return info ? { info } : mayNotJoin(room, user);
    });
  return guarded<Verdict>(verdict, (error) => undecided(error, { pattern, room }, logger));
}

/** Asks a rule whether a member may send an event to its room. */
export function askToPublish(
  found: FoundRule,
  connection: Connection,
  room: string,
  message: { readonly event: string; readonly data: unknown },
  { timeout, logger }: RuleCalls,
): Later<ErrorReply | undefined> {
  const { rule, params, pattern } = found;
  const { publish } = rule;
  if (publish === true) return undefined;
  const denied = refuse('forbidden', `Members may not send to the room "${room}".`, room);
  if (publish === false) return denied;
  const context = { ...contextOf(connection, room), ...message };
  const decide = () =>
    after(withinTime(publish(connection.user, params, context), timeout), (answer) =>
      answer === true ? undefined : denied,
    );
  return guarded<ErrorReply | undefined>(decide, (error) => undecided(error, { pattern, room }, logger));
}

export function mayNotJoin(room: string, user: User | undefined, kind = 'room'): ErrorReply {
  return user
    ? refuse('forbidden', `You may not join the ${kind} "${room}".`, room)
    : refuse('unauthorized', `Only authenticated users may join the ${kind} "${room}".`, room);
}

function contextOf(connection: Connection, room: string): ChannelContext {
  return { room, namespace: connection.space.name, socketId: connection.id };
}

/**
 * As it is on the wire, and a copy: a program may answer with a record of its database and change that later.
 * Throws for what has no JSON.
 */
function infoOf(answer: unknown): Record<string, unknown> | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const info: unknown = JSON.parse(JSON.stringify(answer) ?? 'null');
  if (!isRecord(info)) return undefined;
  const problem = userInfoProblem(info);
  if (problem) throw new Error(problem);
  return info;
}

/** Denied all the same, but as something that may go well the next time. */
function undecided(error: unknown, what: { pattern: string; room: string }, logger: Logger): ErrorReply {
  const late = error instanceof TookTooLong;
  logger.error({ err: error, ...what }, late ? 'a channel rule took too long' : 'a channel rule failed');
  const { error: refusal } = refuse(
    'internal',
    `Who may use "${what.room}" could not be decided; try again.`,
  );
  return { error: { ...refusal, retry_after: RETRY_AFTER }, room: what.room };
}
