import { userRoom } from '../../src/protocol';
import type { PresenceEntry, Published } from './api';
import { checkEvent, checkRoom } from './checks';
import { nextMessageId } from './delivery/message';
import type { Namespaces } from './namespaces';
import { Room } from './room';

export type Except = string | readonly string[] | undefined;

/** Sends what the program itself publishes, and tells it who is where. */
export class Publisher {
  readonly #namespaces: Namespaces;

  constructor(namespaces: Namespaces) {
    this.#namespaces = namespaces;
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
    const message = { event, args: data === undefined ? [] : [data], id, timestamp: Date.now(), sender };
    const spaces =
      namespaces === '*'
        ? this.#namespaces.spaces()
        : namespaces.flatMap((namespace) => this.#namespaces.space(namespace) ?? []);
    for (const space of spaces) {
      space.delivery.publish([space.room(name) ?? new Room(name)], message, exceptSet(except));
    }
    return { id };
  }
}

function exceptSet(except: Except): ReadonlySet<string> | undefined {
  if (except === undefined) return undefined;
  return new Set(typeof except === 'string' ? [except] : except);
}
