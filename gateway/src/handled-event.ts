import { sendableEventProblem } from '../../src/protocol';
import { shown } from './checks';
import { COMMAND_EVENTS } from './dispatch';

/** Throws for what is no event that a program may handle in place of the relay. */
export function checkHandled(name: string): void {
  const problem =
    sendableEventProblem(name) ?? (COMMAND_EVENTS.has(name) ? 'the gateway does that itself' : undefined);
  if (problem) throw new Error(`${shown(name)} is no event to handle: ${problem}.`);
}
