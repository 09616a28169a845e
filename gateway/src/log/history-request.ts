import { type HistoryRequest, isPosition, isRecord } from '../../../src/protocol';

/** What a join asks of the room's log, or what is wrong with that. `since` counts where there are both. */
export function readHistoryRequest(payload: unknown): HistoryRequest | string {
  const since = own(payload, 'since');
  const rewind = own(payload, 'rewind');
  if (rewind !== undefined && !isCount(rewind)) return 'rewind must be a whole number from 0 on.';
  if (since === undefined) return rewind === undefined ? {} : { rewind };
  if (!isPosition(since)) {
    return 'since must be a position, { epoch, offset }, as an answer or a message has told it.';
  }
  return { since: { epoch: since.epoch, offset: since.offset } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function own(object: unknown, key: string): unknown {
  return isRecord(object) && Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}
