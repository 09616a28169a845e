import { isRecord, JOIN_EVENTS, LEAVE_EVENTS } from '../protocol';
import type { RealtimeError } from './errors';
import type { JoinOptions } from './options';

/** What a plain Socket.IO client joins and leaves rooms with. */
export type RoomCommand = (typeof JOIN_EVENTS)[number] | (typeof LEAVE_EVENTS)[number];
export type RoomRequest =
  | string
  | { room: string; auth?: unknown; channel_data?: unknown; rewind?: number }
  | { channel: string; auth?: unknown; channel_data?: unknown; rewind?: number };

/** A join or leave that was written as an ordinary event, as a plain Socket.IO client does it. */
export interface RoomOperation {
  isJoin: boolean;
  /** Whether the answer names `channel` instead of `room`. */
  isSubscribe: boolean;
  room: string;
  options: JoinOptions;
}

/** Reads `emit('join-room', { room })` and its like; `undefined` for any other event. */
export function roomOperation(event: string, data: unknown): RoomOperation | undefined {
  const isJoin = (JOIN_EVENTS as readonly string[]).includes(event);
  if (!isJoin && !(LEAVE_EVENTS as readonly string[]).includes(event)) return undefined;
  const { room, channel, auth, channel_data: channelData, rewind } = isRecord(data) ? data : { room: data };
  return {
    isJoin,
    isSubscribe: event.endsWith('subscribe'),
    room: (room ?? channel) as string,
    options: {
      ...(auth === undefined ? {} : { auth }),
      ...(channelData === undefined ? {} : { channelData }),
      ...(rewind === undefined ? {} : { rewind: rewind as number }),
    },
  };
}

/** What does the operation: a client. */
interface RoomOperator {
  join(room: string, options: JoinOptions): Promise<unknown>;
  leave(room: string): Promise<void>;
  readonly _rooms: {
    readonly _all: ReadonlyMap<string, { readonly _handle: { readonly _reply?: object | undefined } }>;
  };
  _report(error: RealtimeError): void;
}

/** Joins or leaves, and acknowledges that as the gateway would. */
export function operate(
  { isJoin, isSubscribe, room, options }: RoomOperation,
  client: RoomOperator,
  ack?: (reply: unknown) => void,
): void {
  const done = isJoin ? client.join(room, options) : client.leave(room);
  done.then(
    () => {
      const name = isSubscribe ? { channel: room, [`${isJoin ? '' : 'un'}subscribed`]: true } : { room };
      ack?.({ ...client._rooms._all.get(room)?._handle._reply, ...name });
    },
    (error: RealtimeError) => (ack ? ack({ error, room }) : client._report(error)),
  );
}
