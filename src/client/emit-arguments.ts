import type { SendOptions } from './options';
import type { Settle } from './requests';

/** Takes the answer, or `{ error }`. */
export type Ack = (reply: unknown) => void;

/** Sorts out what follows the event's name in `emit`: the payload may be left out, and last comes an ack or options. */
export function emitArguments([first, second]: readonly unknown[]): [
  data: unknown,
  ack?: Ack | undefined,
  options?: SendOptions,
] {
  if (typeof first === 'function') return [undefined, first as Ack];
  return typeof second === 'function' ? [first, second as Ack] : [first, undefined, second as SendOptions];
}

/** Tells an ack how its message ended. */
export function settleWith(ack: Ack | undefined): Settle | undefined {
  return ack && ((error, reply) => ack(error ? { error } : reply));
}

/** An event without a payload travels without one, rather than with `null`. */
export function payload(data: unknown): unknown[] {
  return data === undefined ? [] : [data];
}
