import { isRecord, JOIN_EVENTS, LEAVE_EVENTS } from '../protocol';
import type { JoinOptions } from './options';

/** What a plain Socket.IO client joins and leaves rooms with. */
export type RoomCommand = (typeof JOIN_EVENTS)[number] | (typeof LEAVE_EVENTS)[number];
export type RoomRequest =
  | string
  | { room: string; auth?: unknown; channel_data?: unknown }
  | { channel: string; auth?: unknown; channel_data?: unknown };

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
  const { room, channel, auth, channel_data: channelData } = isRecord(data) ? data : { room: data };
  return {
    isJoin,
    isSubscribe: event.endsWith('subscribe'),
    room: (room ?? channel) as string,
    options: {
      ...(auth === undefined ? {} : { auth }),
      ...(channelData === undefined ? {} : { channelData }),
    },
  };
}
