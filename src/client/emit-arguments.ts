import type { Settle } from './requests';

/** Takes the answer, or `{ error }`. */
export type Ack = (reply: unknown) => void;

/** Sorts out what follows the event's name in `emit`: the payload may be left out, and so may the ack. */
export function emitArguments([first, second]: readonly unknown[]): [data: unknown, ack: Ack | undefined] {
  return typeof first === 'function' ? [undefined, first as Ack] : [first, second as Ack | undefined];
}

/** Tells an ack how its message ended. */
export function settleWith(ack: Ack | undefined): Settle | undefined {
  return ack && ((error, reply) => ack(error ? { error } : reply));
}
