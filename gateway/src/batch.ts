import { type ErrorReply, isRecord } from '../../src/protocol';
import type { Connection } from './connection';
import { after, guarded, inOrder, internalError, type Reply, refuse } from './replies';

interface Element {
  readonly event: unknown;
  readonly args: unknown[];
}

export interface BatchOptions {
  /** Events in one batch. */
  readonly limit: number;
  /** Rooms that the lists of a batch may name in all. */
  readonly mostRooms: number;
  readonly onLimit: (limit: 'batch_size' | 'rooms_per_connection') => void;
  readonly handle: (connection: Connection, event: unknown, args: unknown[]) => Reply | PromiseLike<Reply>;
  readonly onError: (error: unknown, event: unknown, connection: Connection) => void;
}

/** Does the events of a batch in order; each result is what that event alone would have been acknowledged with. */
export function runBatch(
  connection: Connection,
  payload: unknown,
  options: BatchOptions,
): Reply | PromiseLike<Reply> {
  const { handle, onError } = options;
  const elements = readBatch(payload, options);
  if (!Array.isArray(elements)) return elements;
  // One that fails does so alone, and the others still take place.
  const run = ({ event, args }: Element) =>
    guarded(
      () => handle(connection, event, args),
      (error) => {
        onError(error, event, connection);
        return internalError();
      },
    );
  return after(inOrder(elements, run), (results) => ({ status: 'ok', count: results.length, results }));
}

/** All of it is read before any of it is done. */
function readBatch(payload: unknown, { limit, mostRooms, onLimit }: BatchOptions): Element[] | ErrorReply {
  if (!Array.isArray(payload)) {
    return refuse('invalid_payload', 'A batch is an array of [event, data] or { event, data }.');
  }
  if (payload.length > limit) {
    onLimit('batch_size');
    return refuse('limit', `A batch may hold at most ${limit} events; this one holds ${payload.length}.`);
  }
  const elements: Element[] = [];
  let rooms = 0;
  for (const [index, value] of payload.entries()) {
    const element = readElement(value);
    if (!element) {
      return refuse(
        'invalid_payload',
        `Element ${index} of the batch is neither [event, data] nor { event, data }.`,
      );
    }
    if (element.event === 'batch') {
      return refuse('invalid_payload', `Element ${index} of the batch is a batch, and a batch holds none.`);
    }
    rooms += roomsIn(element);
    if (rooms > mostRooms) {
      onLimit('rooms_per_connection');
      return refuse('limit', `The lists of a batch may name at most ${mostRooms} rooms in all.`);
    }
    elements.push(element);
  }
  return elements;
}

/** Each of them is answered, so they count though they are one event. */
function roomsIn({ args: [data] }: Element): number {
  const rooms = isRecord(data) && Object.hasOwn(data, 'rooms') ? data.rooms : undefined;
  return Array.isArray(rooms) ? rooms.length : 0;
}

function readElement(value: unknown): Element | undefined {
  if (Array.isArray(value)) {
    return typeof value[0] === 'string' ? { event: value[0], args: value.slice(1) } : undefined;
  }
  if (!isRecord(value) || !Object.hasOwn(value, 'event') || typeof value.event !== 'string') return undefined;
  return { event: value.event, args: Object.hasOwn(value, 'data') ? [value.data] : [] };
}
