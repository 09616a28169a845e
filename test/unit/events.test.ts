import { describe, expect, it } from 'vitest';
import { isLifecycleEvent, isRecord, isVolatileEvent, sendableEventProblem } from '../../src/protocol';
import { LIFECYCLE_EVENTS } from './lifecycle-events';

describe('events that may be sent', () => {
  it.each([
    'message.sent',
    'user.renamed',
    'presence.update',
    'client-ping',
    'toporia:hello',
    'auth',
    'join',
    'users',
  ])('%s', (event) => expect(sendableEventProblem(event)).toBeUndefined());
});

describe('events that only the gateway or the SDK may tell of', () => {
  it.each([
    'user.joined',
    'user.left',
    'user.updated',
    'presence:member_added',
    'presence:',
    'toporia:bye',
    'toporia:hello2',
    'authenticated',
    'auth_error',
    'subscribed',
    'subscription_error',
    ...LIFECYCLE_EVENTS,
  ])('%s', (event) => expect(sendableEventProblem(event)).toBe('that name is reserved'));
});

describe('names that are no events at all', () => {
  it.each([undefined, null, 7, '', '__proto__', 'connect', 'a\nb'])('%j', (event) => {
    expect(sendableEventProblem(event)).toEqual(expect.any(String));
  });
});

describe('lifecycle events', () => {
  it.each(LIFECYCLE_EVENTS)('%s is one', (event) => expect(isLifecycleEvent(event)).toBe(true));

  it.each(['message.sent', 'connect', 'errors', 'Error', 'state.changed', '', '__proto__', 'reconnect'])(
    '%j is none',
    (event) => expect(isLifecycleEvent(event)).toBe(false),
  );
});

describe('volatile events', () => {
  it.each(['typing.started', 'typing.stopped', 'client-cursor'])('%s is one', (event) => {
    expect(isVolatileEvent(event)).toBe(true);
  });

  it.each(['typing', 'typing.started.twice', 'typing.speed', 'my-client-cursor', 'client.cursor', ''])(
    '%j is none',
    (event) => expect(isVolatileEvent(event)).toBe(false),
  );
});

describe('isRecord', () => {
  it.each([{}, { a: 1 }, Object.create(null), JSON.parse('{"__proto__":1}')])('%j is one', (value) => {
    expect(isRecord(value)).toBe(true);
  });

  it.each([
    undefined,
    null,
    'text',
    7,
    true,
    [],
    () => {},
    new Date(),
    new Uint8Array(1),
    new Map(),
    Object.create({}),
  ])('%s is none', (value) => expect(isRecord(value)).toBe(false));
});
