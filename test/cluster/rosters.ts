import { setTimeout as after } from 'node:timers/promises';
import { CROWD, type Crowd } from './crowd';

/** Each request comes to another worker, or may. */
const ASKED = 4;

/** Who is in the crowd: as each node that runs tells, several of its workers, and as each client sees it. */
export async function rosters(crowd: Crowd): Promise<Record<string, string>> {
  const nodes = crowd.cluster.nodes.filter(({ runs }) => runs);
  const told = await Promise.all(
    nodes.flatMap((node, index) =>
      Array.from({ length: ASKED }, async (_, turn) => {
        const users = await node.users(CROWD).catch(() => ['(no answer)']);
        return [`node ${index}, ${turn}`, users.join()] as const;
      }),
    ),
  );
  const seen = crowd.members.map(({ name, realtime }) => {
    const { members } = realtime.channel(CROWD).presence;
    return [
      name,
      [...members.values()]
        .map(({ id }) => id)
        .sort()
        .join(),
    ] as const;
  });
  return Object.fromEntries([...told, ...seen]);
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
  const wanted = [...crowd.members.map(({ name }) => name), ...others].sort().join();
  for (;;) {
    const found = await rosters(crowd);
    const took = performance.now() - start;
    if (Object.values(found).every((one) => one === wanted)) return took;
    if (took > longest) throw new Error(`not ${wanted} after ${took} ms: ${JSON.stringify(found, null, 1)}`);
    await after(100);
  }
}
