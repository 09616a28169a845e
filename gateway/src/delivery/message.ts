import { randomBytes } from 'node:crypto';

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

export function isClientMessageId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id);
}
