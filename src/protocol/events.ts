import { eventNameProblem } from './names';

/** Events with which a client asks the gateway for something. */
export const HELLO = 'toporia:hello';
export const BYE = 'toporia:bye';
/** To the members of a room: what came before its `position` and was not heard is lost. */
export const GAP = 'toporia:gap';
/** To the SDK alone: its token ends soon, and `auth` with a fresh one keeps everything as it is. */
export const TOKEN_EXPIRING = 'toporia:token_expiring';
export const JOIN_EVENTS = ['join', 'join-room', 'subscribe'] as const;
export const LEAVE_EVENTS = ['leave', 'leave-room', 'unsubscribe'] as const;

/** Presence events of the gateway. */
export const USER_JOINED = 'user.joined';
export const USER_LEFT = 'user.left';
export const USER_UPDATED = 'user.updated';

/** The SDK's own events (`LifecycleEvents`), which no server event may pose as. */
export function isLifecycleEvent(event: string): boolean {
  return /^((dis)?connected|reconnect(ing|ed|_failed)|connect_error|error|gap|state)$/.test(event);
}

/** Typing indicators and whispers: never logged, dropped rather than queued. */
export function isVolatileEvent(event: string): boolean {
  return /^(typing\.(started|stopped)$|client-)/.test(event);
}

/** Says why a client may not send an event of this name, or `undefined` where it may. */
export function sendableEventProblem(event: unknown): string | undefined {
  const problem = eventNameProblem(event);
  if (problem) return problem;
  const name = event as string;
  if (name === HELLO) return undefined;
  const reserved =
    /^(user\.(joined|left|updated)|authenticated|auth_error|subscribed|subscription_error)$|^(presence|toporia):/;
  return reserved.test(name) || isLifecycleEvent(name) ? 'that name is reserved' : undefined;
}
