import { type HoldOptions, holdRoom, type RoomHold, roomState } from '../../src/bindings/room';
import type { ToporiaRealtime } from '../../src/index';
import { EventLog } from '../support/event-log';

export interface WatchedRoom extends RoomHold {
  /** Each status that the room has come to since. */
  readonly log: EventLog;
}

/** Holds a room, as a component does, and notes each status once. */
export function watchRoom(
  realtime: ToporiaRealtime,
  room: string,
  options?: HoldOptions | (() => HoldOptions),
): WatchedRoom {
  const log = new EventLog();
  let last = roomState(realtime, room).status;
  const hold = holdRoom(realtime, room, options, () => {
    const { status } = roomState(realtime, room);
    if (status !== last) log.note(status);
    last = status;
  });
  return {
    log,
    on: hold.on,
    release: hold.release,
    get channel() {
      return hold.channel;
    },
  };
}

/** Lets what was put off to the end of this turn happen. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
