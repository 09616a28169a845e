import { type ErrorReply, isRecord, roomKind, userRoom } from '../../../src/protocol';
import type { Connection } from '../connection';
import { MAX_USER_INFO } from '../limits';
import { isTooDeep, MAX_NESTING } from '../nesting';
import { refuse } from '../replies';
import type { Admission } from '../rooms';

/** What a client sent with its wish to join. */
export interface JoinDetails {
  readonly auth?: unknown;
  readonly channel_data?: unknown;
}

/** Decides whether a connection may join a room, and as whom. */
export type JoinPolicy = (
  connection: Connection,
  room: string,
  details: JoinDetails,
) => Admission | ErrorReply | PromiseLike<Admission | ErrorReply>;

const ANYBODY: Admission = {};

/** Public rooms are open; a presence room wants to know who comes; a private one is its user's own, or closed. */
export function defaultJoinPolicy(anonymousPresence: boolean): JoinPolicy {
  return (connection, room, details) => {
    switch (roomKind(room)) {
      case 'public':
        return ANYBODY;
      case 'private':
        return connection.user && room === userRoom(connection.user.id) ? ANYBODY : forbidden(room);
      case 'presence':
        return connection.user || anonymousPresence ? member(connection, room, details) : unknownUser(room);
    }
  };
}

/** Says what is wrong with what a member wants to show the others, or `undefined` where nothing is. */
export function userInfoProblem(info: unknown): string | undefined {
  if (isTooDeep([info])) return `user_info must be nested at most ${MAX_NESTING} levels.`;
  const json = JSON.stringify(info);
  if (json === undefined) return 'user_info is missing.';
  return json.length > MAX_USER_INFO
    ? `user_info must have at most ${MAX_USER_INFO} characters of JSON.`
    : undefined;
}

/** Under whose name one comes is the token's affair; what the others see may come with the join, as it may be changed later. */
function member(connection: Connection, room: string, details: JoinDetails): Admission | ErrorReply {
  const { id, info } = connection.user ?? { id: connection.id, info: {} };
  const data = readChannelData(details.channel_data);
  if (data === undefined)
    return refuse('invalid_payload', 'channel_data must be an object, or its JSON.', room);
  const user_info = (Object.hasOwn(data, 'user_info') ? data.user_info : undefined) ?? info;
  const problem = userInfoProblem(user_info);
  if (problem) return refuse('invalid_payload', problem, room);
  return { member: { user_id: id, user_info } };
}

/** Laravel-like authorization endpoints hand it out as a JSON string, and clients pass that on. */
function readChannelData(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') return isRecord(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const forbidden = (room: string) => refuse('forbidden', `You may not join the private room "${room}".`, room);

const unknownUser = (room: string) =>
  refuse('unauthorized', `Only authenticated users may join the presence room "${room}".`, room);
