import { userRoom } from '../../src/protocol';
import type { PresenceEntry, Published } from './api';
import { checkEvent, checkMessageId, checkRoom, checkUserId } from './checks';
import type { Cluster } from './cluster/cluster';
import { isLogged, type Message, nextMessageId } from './delivery/message';
import { Payload } from './delivery/payload';
import { throughBroker } from './delivery/through-broker';
import type { WatchPublish } from './hooks/watched';
import { logKey } from './log/room-log';
import type { Namespaces } from './namespaces';
import { PublishedMessage } from './published';
import { isThenable } from './replies';
import type { Retention } from './retention';
import { Room } from './room';

export type Except = string | readonly string[] | undefined;

type Kept = Pick<Retention, 'log' | 'readers' | 'published'>;

interface Sending {
  readonly except?: Except;
  /** The id of the user on whose behalf it is. */
  readonly sender?: string | undefined;
  /** Chosen by who publishes it, so that it is published once. */
  readonly id?: string | undefined;
}

/** Sends what the program itself publishes, and tells it who is where. */
export class Publisher {
  readonly #namespaces: Namespaces;
  readonly #retention: Kept;
  readonly #onLogError: (error: unknown) => void;
  readonly #cluster: Cluster | undefined;
  readonly #watch: WatchPublish | undefined;

  constructor(
    namespaces: Namespaces,
    retention: Kept,
    onLogError: (error: unknown) => void,
    cluster: Cluster | undefined,
    watch: WatchPublish | undefined,
  ) {
    this.#watch = watch;
    this.#cluster = cluster;
    this.#namespaces = namespaces;
    this.#retention = retention;
    this.#onLogError = onLogError;
  }

  broadcast(
    namespace: string,
    channel: string,
    event: string,
    data: unknown,
    sending: Sending = {},
  ): Published {
    checkRoom(channel);
    return this.#publish([namespace], channel, event, data, sending);
  }

  /** One message, with one id, in all of the namespaces. */
  sendToUser(
    namespaces: '*' | readonly string[],
    userId: string | number,
    event: string,
    data: unknown,
    id?: string,
  ): Published {
    checkUserId(userId);
    // A user's id, unlike a room's name, may hold any character.
    return this.#publish(namespaces, userRoom(userId), event, data, { id });
  }

  async members(namespace: string, channel: string): Promise<PresenceEntry[]> {
    if (!this.#cluster) return this.#namespaces.space(namespace)?.room(channel)?.roster?.members() ?? [];
    const { members } = await this.#cluster.broker.roster(logKey(namespace, channel));
    return [...members]
      .map(([user_id, entry]) => ({ user_id, ...entry }))
      .sort((a, b) => a.connected_at - b.connected_at);
  }

  #publish(
    namespaces: '*' | readonly string[],
    name: string,
    event: string,
    data: unknown,
    { except, sender, id: chosen }: Sending,
  ): Published {
    checkEvent(event);
    if (chosen !== undefined) checkMessageId(chosen);
    const id = chosen ?? nextMessageId();
    const left = exceptSet(except);
    const message: Message = {
      event,
      args: data === undefined ? [] : [data],
      id,
      timestamp: Date.now(),
      sender,
      notFor: isLogged(event) ? this.#retention.readers.of(left ?? []) : undefined,
    };
    const targets = namespaces === '*' ? [...this.#namespaces.names()] : namespaces;
    const publish = () => this.#send(targets, name, message, left, chosen !== undefined);
    const info = () => ({
      event,
      id,
      sender,
      namespaces: targets,
      rooms: [name],
    });
    return new PublishedMessage(id, this.#watch ? this.#watch('server', info, publish) : publish());
  }

  #send(
    namespaces: readonly string[],
    name: string,
    message: Message,
    except: ReadonlySet<string> | undefined,
    once: boolean,
  ): Promise<void> | undefined {
    if (this.#cluster) return this.#sendToAll(this.#cluster, namespaces, name, { ...message, once }, except);
    const { id } = message;
    for (const namespace of namespaces) {
      const space = this.#namespaces.space(namespace);
      const key = logKey(namespace, name);
      if (once && this.#isRepeat(key, id)) continue;
      if (space) space.delivery.publish([space.room(name) ?? new Room(name, key)], message, except);
      else this.#logOnly(key, message);
      if (once) this.#retention.published.set(`${key} ${id}`, true);
    }
    return undefined;
  }

  /** To whoever is there, on whatever nodes: all in one step, so that it is published or not. */
  #sendToAll(
    { broker }: Cluster,
    namespaces: readonly string[],
    name: string,
    message: Message,
    except: ReadonlySet<string> = new Set(),
  ): Promise<void> | undefined {
    const rooms = namespaces.map((namespace) => ({ key: logKey(namespace, name) }));
    return throughBroker(broker, rooms, message, except, () => {
      for (const namespace of namespaces) {
        const space = this.#namespaces.space(namespace);
        const room = space?.room(name);
        if (room) space?.delivery.announce([room], message, except);
      }
    });
  }

  #isRepeat(key: string, id: string): boolean {
    return this.#retention.published.get(`${key} ${id}`) === true;
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
