import type { LimitSettings } from '../config/limit-settings';
import type { Logger } from '../logger';
import type { Settings } from '../settings';
import { type LogBounds, MemoryRoomLog } from './memory-log';

/** The logs that this process keeps by itself, where they are asked for. `alone`: nobody else sends to its rooms. */
export function ownLog(
  { room_log, limits }: Settings,
  now: () => number,
  alone: boolean,
  logger: Logger,
): MemoryRoomLog | undefined {
  if (!room_log) return undefined;
  if (!alone) {
    // It would call a part the whole.
    logger.warn(
      {},
      'room logs are off: what other gateways send, by socketio.adapter, would be missing in them',
    );
    return undefined;
  }
  return new MemoryRoomLog(logBounds(limits), now);
}

/** How much is kept, by the settings. */
export function logBounds(limits: LimitSettings): LogBounds {
  return {
    age: limits.room_log_age,
    messages: limits.room_log_messages,
    bytes: limits.room_log_bytes,
    rooms: limits.room_logs,
    totalBytes: limits.room_logs_bytes,
  };
}
