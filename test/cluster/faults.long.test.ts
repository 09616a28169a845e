import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Weather } from '../faults/faulty-proxy';
import { describeWith } from '../support/programs';
import { Cluster, type ClusterOptions } from './cluster';
import { Crowd } from './crowd';
import { Ghost } from './ghost';
import { sameRosters } from './rosters';
import { type Survived, through } from './through';

const NONE = [0, 0, 0, 0, 0, 0];

/** A cluster of its own for a fault, whose figures are told. */
async function suffers(
  name: string,
  fault: (cluster: Cluster, crowd: Crowd) => Promise<unknown>,
  options: ClusterOptions = {},
): Promise<Survived> {
  await using cluster = await Cluster.start(options);
  await using crowd = await Crowd.gather(cluster);
  await sameRosters(crowd, 10_000);
  const survived = await through(crowd, () => fault(cluster, crowd));
  console.log(name, JSON.stringify(survived));
  return survived;
}

async function weather(cluster: Cluster, index: number, change: Weather, lasting: number): Promise<void> {
  const { redis } = cluster.node(index);
  if (!redis) throw new Error('no Redis');
  redis.weather = change;
  if (change.offline) redis.cut();
  await after(lasting);
  // What vanished stays lost: a connection that it vanished from is of no use, and the node has to notice that.
  redis.heal();
}

describeWith(['redis-server', 'nginx'], 'three nodes of two workers, for longer', () => {
  test.for([0, 1, 2])('node %i is killed', async (index) => {
    const { gaps } = await suffers('killed', async (cluster, crowd) => {
      await using ghost = await Ghost.enter('ghost', cluster.node(index));
      await sameRosters(crowd, 10_000, [ghost.name]);
      await cluster.node(index).kill();
    });
    expect(gaps).toEqual(NONE);
  });

  test('a node is stopped for 20 s, and goes on', async () => {
    const { gaps } = await suffers('stopped', async (cluster, crowd) => {
      await using _ghost = await Ghost.enter('ghost', cluster.node(0));
      cluster.node(0).freeze();
      const thawing = after(20_000);
      // Who was on that node is on another one by now, or gone.
      console.log('without the node', Math.round(await sameRosters(crowd, 10_000)));
      await thawing;
      cluster.node(0).thaw();
    });
    expect(gaps).toEqual(NONE);
  });

  test('a node is cut off from Redis for longer than it takes to be taken for dead', async () => {
    const { gaps } = await suffers('cut off', (cluster) => weather(cluster, 0, { offline: true }, 12_000));
    expect(gaps).toEqual(NONE);
  });

  test.for(['up', 'down', 'both'] as const)(
    'what a node and Redis tell each other vanishes: %s',
    async (blackHole) => {
      const { gaps } = await suffers('vanishing', (cluster) => weather(cluster, 0, { blackHole }, 12_000));
      expect(gaps).toEqual(NONE);
    },
  );

  test.for([
    ['without its data', {}],
    ['with its data', { appendonly: 'yes', appendfsync: 'always' }],
  ] as const)('Redis is killed and restarted %s', async ([name, redis]) => {
    const { gaps } = await suffers(
      `Redis restarted ${name}`,
      async (cluster) => {
        await cluster.redis.kill();
        await after(3_000);
        await cluster.redis.start();
      },
      { redis },
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0);
  });

  test('Redis hangs for 10 s, and goes on', async () => {
    const { gaps } = await suffers('Redis stopped', async (cluster) => {
      cluster.redis.freeze();
      await after(10_000);
      cluster.redis.thaw();
    });
    expect(gaps).toEqual(NONE);
  });

  test('nginx is reloaded, again and again', async () => {
    const { gaps } = await suffers('nginx reloaded', async (cluster) => {
      for (let turn = 0; turn < 4; turn++) {
        await cluster.nginx.reload();
        await after(1_500);
      }
    });
    expect(gaps).toEqual(NONE);
  });

  test('all nodes are restarted one after the other, twice', async () => {
    const { gaps } = await suffers('rolling restart', async (cluster) => {
      for (const node of [...cluster.nodes, ...cluster.nodes]) {
        await node.drain();
        await node.start();
      }
    });
    expect(gaps).toEqual(NONE);
  });
});
