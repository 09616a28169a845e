import { eventNameProblem, roomNameProblem } from '../../src/protocol';
import { messageIdProblem } from './message-id';
import { namespaceProblem, withSlash } from './namespace-name';

// What a program gives by a wrong name is its mistake, and thrown.

/** The namespace's name with its slash. Throws for one that can't be. */
export function checkNamespace(name: string): string {
  const full = typeof name === 'string' ? withSlash(name) : name;
  const problem = namespaceProblem(full);
  if (problem) throw new Error(`${shown(name)} is not the name of a namespace: ${problem}.`);
  return full;
}

/** The namespaces' names with their slashes, each once; `*` is every one that is in use. */
export function checkNamespaces(names: string | readonly string[]): '*' | string[] {
  if (names === '*') return names;
  return [...new Set([names].flat().map(checkNamespace))];
}

export function checkRoom(name: string): void {
  const problem = roomNameProblem(name);
  if (problem) throw new Error(`${shown(name)} is not the name of a room: ${problem}.`);
}

/** Says why a program may not publish an event of this name, or `undefined` where it may. */
export function eventProblem(name: unknown): string | undefined {
  return eventNameProblem(name) ?? (isOurs(name as string) ? 'that name is reserved' : undefined);
}

export function checkEvent(name: string): void {
  const problem = eventProblem(name);
  if (problem) throw new Error(`${shown(name)} is not the name of an event: ${problem}.`);
}

export function checkUserId(id: unknown): asserts id is string | number {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') {
    throw new TypeError('A user id must be a number or a text that is not empty.');
  }
}

export function checkMessageId(id: unknown): asserts id is string {
  const problem = messageIdProblem(id);
  if (problem) throw new Error(`${shown(id)} is not the id of a message: ${problem}.`);
}

/** The protocol's own; what clients may not send, such as `user.joined`, a program may. */
const isOurs = (name: string) => name.startsWith('toporia:');

export function shown(name: unknown): string {
  return typeof name === 'string' ? `"${name.slice(0, 80)}"` : String(name);
}
