import { describe, expect, test } from 'vitest';
import { Conversation } from './conversation';
import type { Fault } from './schedule';
import { suffer } from './weather';

/** Talks while a fault happens to alice, and returns the conversation when all is well again. */
async function through(fault: Fault, options: Parameters<typeof Conversation.start>[1] = {}) {
  const conversation = await Conversation.start(['alice', 'observer'], options);
  const done = new AbortController();
  const talk = conversation.talk(10, done.signal);
  await suffer(conversation, [{ after: 150, member: 0, fault }]);
  done.abort();
  await talk;
  await conversation.settle();
  return conversation;
}

describe.concurrent('a numbered stream in both directions', { timeout: 60_000 }, () => {
  test.for<Fault>([
    { kind: 'cut' },
    { kind: 'cut-mid-frame' },
    { kind: 'offline', lasting: 1_000 },
    { kind: 'black-hole', direction: 'both', lasting: 1_500 },
    { kind: 'black-hole', direction: 'down', lasting: 1_500 },
    { kind: 'black-hole', direction: 'up', lasting: 1_500 },
    { kind: 'delays', lasting: 2_000 },
    { kind: 'narrow', lasting: 1_500 },
  ])('is whole after $kind $direction, without a gap', async (fault) => {
    await using conversation = await through(fault);
    expect(conversation.account()).toEqual({});
    expect(conversation.gaps('alice')).toBe(0);
    expect(conversation.gaps('observer')).toBe(0);
  });

  test.for<Fault>([{ kind: 'kill' }, { kind: 'restart' }])(
    'has a gap told to each member after $kind',
    async (fault) => {
      await using conversation = await through(fault);
      expect(conversation.account()).toEqual({});
      expect(conversation.gaps('alice')).toBe(1);
      expect(conversation.gaps('observer')).toBe(1);
    },
  );

  test('has a gap told to one who was away for longer than the log keeps', async () => {
    await using conversation = await through(
      { kind: 'offline', lasting: 1_500 },
      { gateway: { limits: { room_log_age: 500 } } },
    );
    expect(conversation.account()).toEqual({});
    expect(conversation.gaps('alice')).toBe(1);
    expect(conversation.gaps('observer')).toBe(0);
  });

  test('has a gap told to one who missed more than the log keeps', async () => {
    await using conversation = await through(
      { kind: 'offline', lasting: 1_500 },
      { gateway: { limits: { room_log_messages: 5 } } },
    );
    expect(conversation.account()).toEqual({});
    expect(conversation.gaps('alice')).toBe(1);
    expect(conversation.gaps('observer')).toBe(0);
  });
});
