import { expect } from 'vitest';
import { Conversation } from './conversation';
import { scheduleOf } from './schedule';
import { suffer } from './weather';

/** Numbers in [0, 1), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Three members talk while the networks of two of them, and the gateway, suffer the schedule of the seed. */
export async function survives(seed: number): Promise<void> {
  const steps = scheduleOf(seed);
  await using conversation = await Conversation.start(['alice', 'bob', 'observer'], {
    random: randomOf(seed),
  });
  const done = new AbortController();
  const talk = conversation.talk(20, done.signal);
  await suffer(conversation, steps);
  done.abort();
  await talk;
  await conversation.settle();
  const replay = `TOPORIA_FAULT_SEED=${seed} npx vitest run test/faults/random.test.ts`;
  expect(conversation.account(), `${replay}\n${JSON.stringify(steps)}`).toEqual({});
}
