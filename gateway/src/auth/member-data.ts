import { isRecord } from '../../../src/protocol';
import { MAX_USER_INFO } from '../limits';
import { isTooDeep, MAX_NESTING } from '../nesting';

/** The longest id that a presence room shows, in characters. */
const MAX_USER_ID = 200;

/** Longest `channel_data`, in characters: what a member shows, and what its JSON has around that. */
const MAX_CHANNEL_DATA = 2 * MAX_USER_INFO;

export interface Member {
  readonly user_id: string;
  readonly user_info: unknown;
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

/** The member that a signed `channel_data` tells of, or what is wrong with it. */
export function readSignedMember(channelData: string): Member | string {
  const data = channelData.length > MAX_CHANNEL_DATA ? undefined : parse(channelData);
  if (!isRecord(data)) return 'channel_data must be the JSON of { user_id, user_info }, as it was signed.';
  return readMember(data);
}

/** The same of a `channel_data` that is no text. */
export function readMember(data: unknown): Member | string {
  if (!isRecord(data)) return 'channel_data must be { user_id, user_info }.';
  const user_id = userIdOf(Object.hasOwn(data, 'user_id') ? data.user_id : undefined);
  if (user_id === undefined) {
    return `user_id in channel_data must be a number or a text of 1 to ${MAX_USER_ID} characters.`;
  }
  const user_info = Object.hasOwn(data, 'user_info') ? (data.user_info ?? {}) : {};
  return userInfoProblem(user_info) ?? { user_id, user_info };
}

/** What a member itself wants to show, by JSON or as an object; `usual` where it says nothing. */
export function readOwnInfo(channelData: unknown, usual: object): { user_info: unknown } | string {
  const data =
    channelData === undefined || channelData === null
      ? {}
      : typeof channelData === 'string'
        ? parse(channelData)
        : channelData;
  if (!isRecord(data)) return 'channel_data must be an object, or its JSON.';
  const user_info = (Object.hasOwn(data, 'user_info') ? data.user_info : undefined) ?? usual;
  return userInfoProblem(user_info) ?? { user_info };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** PHP signs numbers: 7 and "7" are the same user. */
function userIdOf(value: unknown): string | undefined {
  const id = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  return typeof id === 'string' && id !== '' && id.length <= MAX_USER_ID ? id : undefined;
}
