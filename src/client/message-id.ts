import type { Clock } from './clock';

/**
 * Names a message among all. It can't be guessed, or another member could send something else under the name of the next
 * one, which the receivers would then take for a repeat.
 */
export function messageId(clock: Clock): string {
  const { crypto } = globalThis;
  return crypto
    ? crypto.getRandomValues(new Uint32Array(4)).join('-')
    : [0, 0].map(() => clock.random()).join('-');
}
