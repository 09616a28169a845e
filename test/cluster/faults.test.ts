import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/programs';
import { Cluster } from './cluster';
import { Crowd } from './crowd';
import { Ghost } from './ghost';
import { sameRosters } from './rosters';
import { through } from './through';

const NONE = [0, 0, 0, 0, 0, 0];
const PATIENT = { timeout: 60_000 };

describeWith(['redis-server', 'nginx'], 'three nodes of two workers', () => {
  let cluster: Cluster;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await Cluster.start();
    crowd = await Crowd.gather(cluster);
    await sameRosters(crowd, 10_000);
  });

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test(
    'a node is killed: nothing is lost or doubled, and who does not come back is gone everywhere',
    PATIENT,
    async () => {
      const node = cluster.node(0);
      await using ghost = await Ghost.enter('ghost', node);
      await sameRosters(crowd, 10_000, [ghost.name]);
      const { gaps } = await through(crowd, () => node.kill());
      await node.start();
      expect(gaps).toEqual(NONE);
    },
  );

  test('a node is cut off from Redis: its members get all of it once it is back', PATIENT, async () => {
    const { redis } = cluster.node(1);
    const { gaps } = await through(crowd, async () => {
      if (redis) redis.weather = { offline: true };
      redis?.cut();
      await after(2_000);
      redis?.heal();
    });
    expect(gaps).toEqual(NONE);
  });

  test('nginx is reloaded, and ends all connections', PATIENT, async () => {
    const { gaps } = await through(crowd, async () => {
      await cluster.nginx.reload();
      await after(1_500);
    });
    expect(gaps).toEqual(NONE);
  });

  test(
    'Redis is killed and restarted without its data: what may be lost is a gap, or an error to its sender',
    PATIENT,
    async () => {
      const { gaps } = await through(crowd, async () => {
        await cluster.redis.kill();
        await after(1_000);
        await cluster.redis.start();
      });
      expect(Math.min(...gaps)).toBeGreaterThan(0);
    },
  );

  test(
    'all nodes are restarted one after the other: nothing is lost, and nobody has a gap',
    PATIENT,
    async () => {
      const { gaps } = await through(crowd, async () => {
        for (const node of cluster.nodes) {
          await node.drain();
          await node.start();
        }
      });
      expect(gaps).toEqual(NONE);
    },
  );
});
