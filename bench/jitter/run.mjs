// The field's endurance test: many clients in one room, each cut off again and again, and a steady stream of messages.
// Who gets all of them, once and in order, and how late? Needs a build.
//
//   node bench/jitter/run.mjs [--clients=2000] [--broadcasts=120] [--only=Toporia] [--json]
import { contest } from '../crowd/contest.mjs';
import { Crowd } from '../crowd/crowd.mjs';
import { ms, quantile, seconds, sum } from '../crowd/figures.mjs';

/** Ms without any news after which nothing more is waited for. */
const QUIET = 8_000;

async function measure(contender, { clients, broadcasts, interval, every, offline, processes, seed }) {
  const crowd = await Crowd.gather({ contender, clients, processes, seed });
  try {
    // Socket.IO recovers nobody who has heard nothing yet.
    await crowd.server.ask('greet');
    await crowd.all('startCutting', { every, offline });
    const cpu = await crowd.server.ask('publish', { count: broadcasts, interval });
    await crowd.all('stopCutting');
    const all = clients * broadcasts;
    await crowd.settle(({ up, received }) => up === clients && received === all, QUIET);
    const { received, repeats, late, live, recovered, away, attempts } = await crowd.report();
    const delivered = sum(received);
    return {
      [contender]: {
        clients,
        broadcasts,
        cuts: away.length,
        expected: all,
        delivered,
        lost: all - delivered,
        share: delivered / all,
        complete: received.filter((count) => count === broadcasts).length,
        repeats,
        late,
        live: figures(live),
        recovered: figures(recovered),
        away: figures(away),
        attempts: attempts.length,
        cpu,
        memory: await crowd.server.ask('memory'),
      },
    };
  } finally {
    await crowd.end();
  }
}

const figures = (numbers) => ({
  count: numbers.length,
  p50: quantile(numbers, 0.5),
  p99: quantile(numbers, 0.99),
  most: quantile(numbers, 1),
});

await contest({
  flags: {
    clients: 2_000,
    broadcasts: 120,
    /** All in ms. */
    interval: 500,
    every: 15_000,
    offline: 2_000,
    processes: 2,
    seed: 1,
  },
  longest: ({ clients, broadcasts, interval }) => 3 * (broadcasts * interval + clients * 10 + 90_000),
  measure,
  columns: ({ clients, share, lost, complete, repeats, late, live, recovered, away, cpu }) => ({
    delivered: `${(share * 100).toFixed(3)} %`,
    lost,
    'have all': `${complete} of ${clients}`,
    repeats,
    'out of order': late,
    'live p50': ms(live.p50),
    'live p99': ms(live.p99),
    'recovered p50': ms(recovered.p50),
    'recovered p99': ms(recovered.p99),
    'away p50': seconds(away.p50),
    'server CPU': seconds(cpu),
  }),
});
