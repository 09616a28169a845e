import type { MessageMeta, Position } from '../../../src/protocol';
import type { Gateway } from '../../src/api';
import { Payload } from '../../src/delivery/payload';
import type { LogBounds } from '../../src/log/memory-log';
import type { LogEntry, LogPage, RoomLog } from '../../src/log/room-log';
import { gone, plain, type TestClient } from '../core/support';

export const BOUNDS: LogBounds = {
  age: 1_000,
  messages: 100,
  bytes: 100_000,
  rooms: 100,
  totalBytes: 1_000_000,
};

/** A message that says its number. */
export function entry(number: number, args: unknown[] = [number]): LogEntry {
  const payload = new Payload(args);
  return { event: 'message', payload, id: `id-${number}`, timestamp: number, notFor: [] };
}

/** The numbers of a page's messages; nothing where a part of them is gone. */
export function numbersOf({ messages }: LogPage): number[] | undefined {
  return messages?.map(({ payload }) => payload.decode()[0] as number);
}

/** A log that answers as one in another process would: later. */
export class DistantLog implements RoomLog {
  /** What it does before each answer; to reading and writing alike. */
  onRead: () => Promise<void> = () => Promise.resolve();
  onAppend: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly log: RoomLog) {}

  async append(key: string, message: LogEntry): Promise<Position> {
    const position = await this.log.append(key, message);
    await this.onAppend();
    return position;
  }

  async position(key: string): Promise<Position> {
    const position = await this.log.position(key);
    await this.onRead();
    return position;
  }

  async since(key: string, position: Position): Promise<LogPage> {
    const page = await this.log.since(key, position);
    await this.onRead();
    return page;
  }

  async last(key: string, count: number): Promise<LogPage> {
    const page = await this.log.last(key, count);
    await this.onRead();
    return page;
  }

  hold(key: string): void {
    this.log.hold(key);
  }

  release(key: string): void {
    this.log.release(key);
  }

  sizes() {
    return this.log.sizes();
  }

  sweep(): void {
    this.log.sweep();
  }
}

type Message = [event: string, data: unknown, meta: MessageMeta];

/** What a join is answered. */
export interface Joined {
  room: string;
  position: Position;
  recovered?: boolean;
  messages?: Message[];
  members?: { user_id: string }[];
  error?: { code: string; message: string };
}

/** A client of the SDK's dialect, by an id of its own. */
export function sdkAs(
  gateway: Gateway,
  clientId: string,
  auth: object = {},
  namespace = '/',
  options: Parameters<typeof plain>[2] = {},
): Promise<TestClient> {
  const toporia = { sdk: '0.1.0', client: clientId };
  return plain(gateway, namespace, { ...options, auth: { ...auth, toporia } });
}

export async function join(client: TestClient, room: string, details: object = {}): Promise<Joined> {
  return (await client.askAll('join', { room, ...details })) as Joined;
}

/** What was received, or recovered, as event and data. */
export function short(messages: readonly unknown[][] | undefined): unknown[][] | undefined {
  return messages?.map(([event, data]) => [event, data]);
}

/** Cuts a client's connection as a lost network does; resolves when the gateway has seen it. */
export async function lose(gateway: Gateway, client: TestClient, namespace = '/'): Promise<void> {
  const ended = gone(gateway, client, namespace);
  gateway.io.of(namespace).sockets.get(client.id)?.conn.close(true);
  await ended;
}
