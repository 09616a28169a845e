import { userRoom } from '../../../src/protocol';
import {
  checkEvent,
  checkMessageId,
  checkNamespace,
  checkNamespaces,
  checkRoom,
  checkUserId,
} from '../checks';
import { isTooDeep, MAX_NESTING } from '../nesting';
import { PublishError } from './error';
import type { PublisherMessage, UserPublishOptions } from './types';

/** A message for a channel, checked. */
export interface ChannelMessage {
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
  readonly namespace: string;
  readonly except: readonly string[];
  readonly id: string;
}

/** A message for a user, checked. */
export interface UserMessage {
  readonly user: string;
  /** The user's room. */
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
  readonly namespaces: '*' | readonly string[];
  readonly id: string;
}

/** Throws for what a gateway would not take either. */
export function channelMessage(given: PublisherMessage): ChannelMessage {
  const { channel, event, data, namespace = '/', except } = Object(given) as PublisherMessage;
  checkRoom(channel);
  checkEvent(event);
  return {
    channel,
    event,
    data: checkData(data),
    namespace: checkNamespace(namespace),
    except: checkExcept(except),
    id: idOf(given.id),
  };
}

/** Throws for what a gateway would not take either. */
export function userMessage(
  user: string | number,
  event: string,
  data: unknown,
  { namespace = '/', id }: UserPublishOptions,
): UserMessage {
  checkUserId(user);
  checkEvent(event);
  return {
    user: String(user),
    channel: userRoom(user),
    event,
    data: checkData(data),
    namespaces: checkNamespaces(namespace),
    id: idOf(id),
  };
}

/** Each message has an id, so that a second try is told from a second message. */
function idOf(id: string | undefined): string {
  if (id === undefined) return crypto.randomUUID();
  checkMessageId(id);
  return id;
}

function checkData(data: unknown): unknown {
  if (isTooDeep([data])) {
    throw new PublishError('invalid_payload', `the data is nested deeper than ${MAX_NESTING} levels`);
  }
  return data;
}

function checkExcept(except: PublisherMessage['except']): readonly string[] {
  const ids = [except ?? []].flat();
  if (ids.every((id) => typeof id === 'string' && id !== '')) return ids;
  throw new TypeError('except must be the id of a socket, or an array of such ids.');
}
