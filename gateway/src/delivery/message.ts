import { createHash, randomBytes } from 'node:crypto';
import { isVolatileEvent, USER_JOINED, USER_LEFT, USER_UPDATED } from '../../../src/protocol';

/** One message on its way to the members of one or several rooms. */
export interface Message {
  readonly event: string;
  /** What a plain receiver's handler is called with. */
  readonly args: readonly unknown[];
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Id of the user who sent it. */
  readonly sender?: string | undefined;
  /** Dropped rather than queued where a receiver is not ready for it. */
  readonly volatile?: boolean;
  /** What members in Echo's dialect are told instead, where it is not the same. */
  readonly echo?: { readonly event: string; readonly data: unknown };
  /** Those that it is not for, as a room's log knows them; absent where no log keeps it. */
  readonly notFor?: readonly string[] | undefined;
  /** Its id outlives a connection: it is published once over all nodes. */
  readonly once?: boolean;
}

const prefix = `${randomBytes(9).toString('base64url')}~`;
let count = 0;

/**
 * Unique among all gateways. The `~` keeps these apart from the ids that clients choose, or a member could send
 * a message under the id of the next one and have the receivers drop that as a repeat.
 */
export function nextMessageId(): string {
  count += 1;
  return prefix + count.toString(36);
}

/**
 * What receivers are told of the ids of one client, before each of them: two clients may choose the same, and none is to
 * know another's own id. It is the same again after a restart, for what is sent once more.
 */
export function scopeOf(clientId: string): string {
  return `${createHash('sha256').update(clientId).digest('base64url').slice(0, 12)}.`;
}

const ROSTER_EVENTS: ReadonlySet<string> = new Set([USER_JOINED, USER_LEFT, USER_UPDATED]);

/** Whether an event of this name goes into the logs of rooms: not what holds for a moment, nor what a roster tells better. */
export function isLogged(event: string): boolean {
  return !isVolatileEvent(event) && !ROSTER_EVENTS.has(event);
}
