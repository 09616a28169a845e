import type { Socket } from 'socket.io';
import { BYE, type ByePayload } from '../../../src/protocol';
import type { Engine } from '../capacity';
import type { CountedLimit } from '../metrics/counters';
import { clearQueue, isWritable, terminator } from './engine-internals';
import { Outgoing } from './outgoing';
import type { Rates } from './rates';

/** Ms for a client to close its side once it has been told goodbye. */
const LEAVING_TIME = 1_000;

/** One client's connection, as the limits see it: all of its namespaces together. */
export class Line {
  /** In namespaces. */
  readonly sockets = new Set<Socket>();
  readonly outgoing: Outgoing;
  /** Bytes that have come. */
  received = 0;
  /** Why it was ended, once it is. */
  endedBy: CountedLimit | undefined;

  constructor(
    readonly engine: Engine,
    readonly rates: Rates,
    onWait: (line: Line) => void,
    counts: { sent: number },
  ) {
    this.outgoing = new Outgoing(engine, () => onWait(this), counts);
  }

  /** Says goodbye and closes. The client may come back after `retryAfter` ms. */
  end(limit: CountedLimit, retryAfter: number): void {
    this.endedBy = limit;
    this.#sayGoodbye(retryAfter);
    terminateSoon(this.engine);
    this.engine.close();
  }

  /** Ends a connection whose client takes nothing, and frees what waits for it. */
  cutOff(limit: CountedLimit, retryAfter: number): void {
    this.endedBy = limit;
    clearQueue(this.engine);
    this.outgoing.cutAnswers();
    const terminate = terminator(this.engine);
    // Over polling this is what its next poll gets.
    if (!terminate || isWritable(this.engine)) this.#sayGoodbye(retryAfter);
    if (terminate) terminate();
    else this.engine.close();
  }

  #sayGoodbye(retryAfter: number): void {
    const bye: ByePayload = { code: 'limit', retry_after: retryAfter };
    for (const socket of this.sockets) socket.emit(BYE, bye);
  }
}

/** Ends a connection that is being closed although its client doesn't close its side: it would be read for half a minute. */
export function terminateSoon(engine: Engine): void {
  const terminate = terminator(engine);
  if (terminate) setTimeout(terminate, LEAVING_TIME).unref();
}
