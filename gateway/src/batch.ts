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
  readonly onLimit: () => void;
  readonly handle: (connection: Connection, event: unknown, args: unknown[]) => Reply | PromiseLike<Reply>;
  readonly onError: (error: unknown, event: unknown, connection: Connection) => void;
}

/** Does the events of a batch in order; each result is what that event alone would have been acknowledged with. */
export function runBatch(
  connection: Connection,
  payload: unknown,
  { limit, onLimit, handle, onError }: BatchOptions,
): Reply | PromiseLike<Reply> {
  const elements = readBatch(payload, limit, onLimit);
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
function readBatch(payload: unknown, limit: number, onLimit: () => void): Element[] | ErrorReply {
  if (!Array.isArray(payload)) {
    return refuse('invalid_payload', 'A batch is an array of [event, data] or { event, data }.');
  }
  if (payload.length > limit) {
    onLimit();
    return refuse('limit', `A batch may hold at most ${limit} events; this one holds ${payload.length}.`);
  }
  const elements: Element[] = [];
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
    elements.push(element);
  }
  return elements;
}

function readElement(value: unknown): Element | undefined {
  if (Array.isArray(value)) {
    return typeof value[0] === 'string' ? { event: value[0], args: value.slice(1) } : undefined;
  }
  if (!isRecord(value) || !Object.hasOwn(value, 'event') || typeof value.event !== 'string') return undefined;
  return { event: value.event, args: Object.hasOwn(value, 'data') ? [value.data] : [] };
}
