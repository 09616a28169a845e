import { setTimeout as after } from 'node:timers/promises';
import { CROWD, type Crowd } from './crowd';

/** Each request comes to another worker, or may. */
const ASKED = 4;

type Rosters = Readonly<Record<string, string>>;

/** Who is in the crowd, as each client with the SDK sees it. */
function seen(crowd: Crowd): Rosters {
  return Object.fromEntries(
    crowd.members.map(({ name, realtime }) => {
      const { members } = realtime.channel(CROWD).presence;
      return [name, named(members.map(({ id }) => id))];
    }),
  );
}

/** As each node that runs tells, several of its workers. */
async function told(crowd: Crowd): Promise<Rosters> {
  const nodes = crowd.cluster.nodes.filter(({ runs }) => runs);
  const asked = nodes.flatMap((node, index) =>
    Array.from({ length: ASKED }, async (_, turn) => {
      const users = await node.users(CROWD).catch(() => ['(no answer)']);
      return [`node ${index}, ${turn}`, named(users)] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(asked));
}

function named(users: readonly string[]): string {
  return [...users].sort().join();
}

/**
 * Waits until all rosters are the same, and hold these users beside the members. Resolves with how long it took, in ms.
 * Rejects with the rosters when that takes too long.
 */
export async function sameRosters(
  crowd: Crowd,
  longest: number,
  others: readonly string[] = [],
): Promise<number> {
  const start = performance.now();
  const wanted = named([...crowd.members.map(({ name }) => name), ...others]);
  const areSame = (rosters: Rosters) => Object.values(rosters).every((one) => one === wanted);
  for (;;) {
    let found = seen(crowd);
    // A node that is asked may notice by it that something is wrong, which it has to notice by itself.
    if (areSame(found)) {
      found = await told(crowd);
      if (areSame(found)) return performance.now() - start;
    }
    if (performance.now() - start > longest) {
      throw new Error(`not ${wanted} after ${longest} ms: ${JSON.stringify(found, null, 1)}`);
    }
    await after(20);
  }
}
