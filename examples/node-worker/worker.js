import { setTimeout as sleep } from 'node:timers/promises';
import { ToporiaRealtime } from 'toporia-realtime';
import { tokenFor } from './token.js';

const id = process.env.WORKER_ID ?? `worker-${process.pid}`;

// `once`: a second signal ends the process at once.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const realtime = new ToporiaRealtime(process.env.GATEWAY_URL, {
  auth: () => tokenFor(id, 'Word counter'), // asked anew for each connection
});
realtime.on('state', ({ state, reason }) => console.log(reason ? `${state}: ${reason}` : state));
realtime.on('reconnected', () => console.log('back'));
realtime.on('error', (error) => console.error(`${error.code}: ${error.message}`));

/** The work itself, for as long as `signal` lets it. */
async function countWords({ text }, signal) {
  await sleep(200, undefined, { signal });
  return text.trim().split(/\s+/).length;
}

/** Resolves when the gateway has taken the report. One whose ack was lost goes again: readers go by the job's id. */
async function report(room, event, data) {
  const signal = AbortSignal.timeout(15_000);
  for (;;) {
    try {
      return await room.request(event, data, { timeout: 5_000, signal });
    } catch (error) {
      if (!error.retryable) throw error;
    }
  }
}

async function work(room, job) {
  console.log(`job: ${job.id}`);
  const [event, data] = await countWords(job, AbortSignal.timeout(5_000)).then(
    (words) => ['job.done', { id: job.id, words }],
    (error) => ['job.failed', { id: job.id, message: error.message }],
  );
  try {
    await report(room, event, data);
    console.log(`${event}: ${job.id}`);
  } catch (error) {
    console.error(`${event}, but nobody was told: ${job.id}: ${error.message}`);
  }
}

// From Node 24 on, `await using realtime = …` does what `finally` does here.
try {
  const room = await realtime.join('presence.jobs', { signal: stop.signal });
  console.log(`${id} waits for jobs`);
  for await (const [job] of room.events('job.created', { signal: stop.signal })) {
    if (typeof job?.text === 'string') await work(room, job);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  realtime.disconnect();
}
