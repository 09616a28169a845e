import { roomKind } from '../../../src/protocol';
import type { Connection } from '../connection';
import type { Dialect } from '../delivery/dialects';
import type { AuthEndpoint } from '../echo/auth-endpoint';
import { type FoundRule, isUserRoom, type RuleBook } from './channel-rules';

/** What is asked about Echo's clients, and what is asked before that. */
export interface EndpointPolicy {
  readonly endpoint?: Pick<AuthEndpoint, 'decide' | 'begin'> | undefined;
  readonly rules?: { readonly book: RuleBook } | undefined;
}

/** Whether the application is to say who may hear a room: Echo's clients, of whom no rule has anything to say. */
export function isForEndpoint(
  { user }: Connection,
  room: string,
  dialect: Dialect,
  found: FoundRule | undefined,
): boolean {
  if (dialect !== 'echo' || roomKind(room) === 'public' || isUserRoom(room)) return false;
  // Most rules know authenticated users alone.
  return found === undefined || !(user !== undefined || found.rule.anonymous);
}
