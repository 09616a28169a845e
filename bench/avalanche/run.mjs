// The deploy avalanche: many clients, and their server is started anew at the same port, once after it has closed in
// order and once after SIGKILL. Who comes back, how soon, and with how many tries to connect at once? Needs a build.
//
//   node bench/avalanche/run.mjs [--clients=2000] [--presence] [--only=Toporia] [--json]
import { setTimeout as after } from 'node:timers/promises';
import { contest } from '../crowd/contest.mjs';
import { Crowd } from '../crowd/crowd.mjs';
import { densest, quantile, seconds } from '../crowd/figures.mjs';

/** Longest that is waited for those who don't come back, and for a roster that is wrong, in ms. */
const QUIET = 30_000;
const ENDINGS = {
  'closed in order': async (server) => {
    await server.ask('close');
    await server.kill();
  },
  SIGKILL: (server) => server.kill(),
};

async function measure(contender, { clients, processes, downtime, seed, presence }) {
  const results = {};
  for (const [ending, end] of Object.entries(ENDINGS)) {
    const crowd = await Crowd.gather({ contender, clients, processes, seed, presence });
    const wrongRosters = async () => {
      const wrong = presence ? await crowd.all('wrongRosters') : [];
      return wrong.reduce((sum, share) => sum + share, 0);
    };
    const allAreBack = async ({ up }) => up === clients && (await wrongRosters()) === 0;
    try {
      // What the clients have told each other on joining.
      await crowd.settle(allAreBack, QUIET);
      await crowd.all('watch');
      const start = Date.now();
      await end(crowd.server);
      await after(downtime);
      await crowd.startServer();
      const listening = Date.now() - start;
      await crowd.settle(allAreBack, QUIET);
      const { away, attempts } = await crowd.report();
      results[`${contender}: ${ending}`] = {
        clients,
        back: (await crowd.progress()).up,
        members: await crowd.server.ask('members'),
        wrongRosters: await wrongRosters(),
        listening,
        half: quantile(away, 0.5),
        all: quantile(away, 1),
        attempts: attempts.length,
        mostAttemptsInASecond: densest(attempts, 1_000),
      };
    } finally {
      await crowd.end();
    }
  }
  return results;
}

await contest({
  flags: {
    clients: 2_000,
    processes: 2,
    /** Ms between the end of the old server and the start of the new process. */
    downtime: 1_000,
    seed: 1,
    presence: false,
  },
  longest: ({ clients }) => 6 * (clients * 20 + 120_000),
  measure,
  columns: ({ clients, back, members, listening, half, all, attempts, mostAttemptsInASecond }) => ({
    back: `${back} of ${clients}`,
    'in the room': members,
    'server is there after': seconds(listening),
    'half are back after': seconds(half),
    'all are back after': seconds(all),
    tries: attempts,
    'most tries in a second': mostAttemptsInASecond,
  }),
});
