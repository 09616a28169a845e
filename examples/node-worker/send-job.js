import { randomUUID } from 'node:crypto';
import { ToporiaRealtime } from 'toporia-realtime';
import { tokenFor } from './token.js';

const text = process.argv.slice(2).join(' ') || 'How many words are these?';
const job = { id: randomUUID(), text };

const realtime = new ToporiaRealtime(process.env.GATEWAY_URL, {
  auth: () => tokenFor(`sender-${process.pid}`, 'Sender'),
});

/** Resolves with the first answer to the job, or with `undefined` when `signal` fires. */
async function answerIn(answers) {
  for await (const [answer] of answers) if (answer?.id === job.id) return answer;
}

try {
  const room = await realtime.join('presence.jobs', { timeout: 5_000 });
  if (room.presence.members.every((member) => member.info?.name !== 'Word counter')) {
    throw new Error('No worker is here: start one with npm run dev.');
  }
  // Listens before it asks, so that no answer can come too early.
  const answers = room.events('job.done', { signal: AbortSignal.timeout(10_000) });
  await room.request('job.created', job);
  const answer = await answerIn(answers);
  if (!answer) throw new Error('No worker has answered within 10 s.');
  console.log(`${answer.words} words`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  realtime.disconnect();
}
