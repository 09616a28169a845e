import { type Channel, type DataOf, type EventName, type MessageMeta, RealtimeError } from '../index';
import { type AnyRealtime, heldChannel, type RoomName, roomState } from './room';

/** One message of a list. */
export interface ListedMessage<Data = unknown> {
  /** Unique in its list, also when the list is drawn again; a key for the elements of a page. */
  readonly key: string;
  readonly data: Data;
  /** What the gateway tells of it: who sent it, and when. Empty for one's own, and for the initial ones. */
  readonly meta: MessageMeta;
  /** Sent from this list. */
  readonly isOwn: boolean;
  /** `sending` and `failed` only for one's own. */
  readonly status: 'received' | 'sending' | 'sent' | 'failed';
  /** Why it failed. */
  readonly error?: RealtimeError;
}

export interface MessageListOptions<Data = unknown> {
  /** The newest that are kept. Default 100. */
  limit?: number | undefined;
  /** What the list begins with, oldest first, such as the history that the server rendered. Read once. */
  initial?: readonly Data[] | undefined;
}

/** What may be sent and is then listed beside what the server sends. */
export type Sendable<ToServer, E, Data> = E extends EventName<ToServer> ? Data & DataOf<ToServer, E> : never;

/** The last messages of one event of a room, one's own among them. Another array at each change. */
export class MessageList<Data = unknown> {
  messages: readonly ListedMessage<Data>[] = [];
  private readonly limit: number;
  private readonly watchers = new Set<() => void>();
  private added = 0;

  /** @throws RealtimeError `invalid_argument` for a limit that is none. */
  constructor({ limit = 100, initial = [] }: MessageListOptions<Data> = {}) {
    if (!(limit >= 1))
      throw new RealtimeError('invalid_argument', `limit: ${limit} is not 1 or more messages`);
    this.limit = limit;
    for (const data of initial) this.receive(data, {});
  }

  /** Calls `changed` at each change, until the returned function is called. */
  watch(changed: () => void): () => void {
    const watcher = () => changed();
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /** Adds what came from the gateway. */
  receive(data: Data, meta: MessageMeta): void {
    this.add({ key: this.nextKey(), data, meta, isOwn: false, status: 'received' });
  }

  /**
   * Sends a message to a room that is held, and shows it at once; its `status` tells what became of it. The data of a
   * message that has failed may be given again: it is then shown once, at the end.
   * @throws RealtimeError as `heldChannel` does.
   */
  send(realtime: AnyRealtime, room: RoomName, event: string, data: Data): void {
    const channel = heldChannel(realtime, room);
    const key = this.nextKey();
    const settle = (change: Partial<ListedMessage<Data>>) => {
      this.change(
        this.messages.map((message) => (message.key === key ? { ...message, ...change } : message)),
      );
    };
    const isAgain = (message: ListedMessage<Data>) => message.status === 'failed' && message.data === data;
    this.messages = this.messages.filter((message) => !isAgain(message));
    this.add({ key, data, meta: {}, isOwn: true, status: 'sending' });
    const isHeld = () => roomState(realtime, room).channel === channel;
    deliver(channel, event, data, isHeld).then(
      () => settle({ status: 'sent' }),
      (error: RealtimeError) => settle({ status: 'failed', error }),
    );
  }

  private nextKey(): string {
    return `message-${++this.added}`;
  }

  private add(message: ListedMessage<Data>): void {
    this.change([...this.messages, message].slice(-this.limit));
  }

  private change(messages: readonly ListedMessage<Data>[]): void {
    this.messages = messages;
    for (const watcher of [...this.watchers]) watcher();
  }
}

async function deliver(channel: Channel, event: string, data: unknown, isHeld: () => boolean): Promise<void> {
  try {
    await channel.request(event, data);
  } catch (error) {
    // The gateway hasn't let us in yet, such as while the application is asked for a signature.
    if ((error as RealtimeError).code !== 'not_in_room' || !isHeld()) throw error;
    await channel.ready;
    await channel.request(event, data);
  }
}
