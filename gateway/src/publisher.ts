import { userRoom } from '../../src/protocol';
import type { PresenceEntry, Published } from './api';
import { checkEvent, checkRoom } from './checks';
import { isLogged, type Message, nextMessageId } from './delivery/message';
import { Payload } from './delivery/payload';
import { logKey } from './log/room-log';
import type { Namespaces } from './namespaces';
import { isThenable } from './replies';
import type { Retention } from './retention';
import { Room } from './room';

export type Except = string | readonly string[] | undefined;

/** Sends what the program itself publishes, and tells it who is where. */
export class Publisher {
  readonly #namespaces: Namespaces;
  readonly #retention: Pick<Retention, 'log' | 'readers'>;
  readonly #onLogError: (error: unknown) => void;

  constructor(
    namespaces: Namespaces,
    retention: Pick<Retention, 'log' | 'readers'>,
    onLogError: (error: unknown) => void,
  ) {
    this.#namespaces = namespaces;
    this.#retention = retention;
    this.#onLogError = onLogError;
  }

  broadcast(
    namespace: string,
    channel: string,
    event: string,
    data: unknown,
    except?: Except,
    sender?: string,
  ): Published {
    checkRoom(channel);
    return this.#publish([namespace], channel, event, data, except, sender);
  }

  /** One message, with one id, in all of the namespaces. */
  sendToUser(
    namespaces: '*' | readonly string[],
    userId: string | number,
    event: string,
    data: unknown,
  ): Published {
    if ((typeof userId !== 'string' && typeof userId !== 'number') || userId === '') {
      throw new TypeError('A user id must be a number or a text that is not empty.');
    }
    // A user's id, unlike a room's name, may hold any character.
    return this.#publish(namespaces, userRoom(userId), event, data);
  }

  members(namespace: string, channel: string): PresenceEntry[] {
    return this.#namespaces.space(namespace)?.room(channel)?.roster?.members() ?? [];
  }

  #publish(
    namespaces: '*' | readonly string[],
    name: string,
    event: string,
    data: unknown,
    except?: Except,
    sender?: string,
  ): Published {
    checkEvent(event);
    const id = nextMessageId();
    const left = exceptSet(except);
    const message: Message = {
      event,
      args: data === undefined ? [] : [data],
      id,
      timestamp: Date.now(),
      sender,
      notFor: isLogged(event) ? this.#retention.readers.of(left ?? []) : undefined,
    };
    for (const namespace of namespaces === '*' ? this.#namespaces.names() : namespaces) {
      const space = this.#namespaces.space(namespace);
      const key = logKey(namespace, name);
      if (space) space.delivery.publish([space.room(name) ?? new Room(name, key)], message, left);
      else this.#logOnly(key, message);
    }
    return { id };
  }

  /** Nobody is in the namespace, but somebody may come back to it. */
  #logOnly(key: string, { notFor, args, ...rest }: Message): void {
    if (!notFor) return;
    const place = this.#retention.log?.append(key, { ...rest, notFor, payload: new Payload(args) });
    if (isThenable(place)) place.then(undefined, this.#onLogError);
  }
}

function exceptSet(except: Except): ReadonlySet<string> | undefined {
  if (except === undefined) return undefined;
  return new Set(typeof except === 'string' ? [except] : except);
}
