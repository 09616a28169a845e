// What it costs to be several: one process, two workers, one node with Redis, and three of them, for the same room of twelve
// members; and what a join costs Redis in a small presence room and in a large one. In turns; medians. Needs a build.
//
//   npm run bench:broker [-- --rounds=7 --json]
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { RedisServer, spent } from '../cluster/redis.mjs';
import { quantile, sum } from '../crowd/figures.mjs';
import { Process } from '../crowd/process.mjs';
import { takeTurns } from '../turns.mjs';
import { GatewayNode } from './node.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    members: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(values.rounds);
const MEMBERS = Number(values.members);
const SENDERS = 3;
const RECEIVERS = 9;
const FLOOD = 9_000;
const PACED = { count: 300, pace: 3 };
const JOINS = 60;
/** Ms. */
const IDLE = 4_000;
const LONGEST = 300_000;

setTimeout(() => {
  console.error(`Not done within ${LONGEST / 1e3} s; something hangs.`);
  process.exit(1);
}, LONGEST).unref();

const VARIANTS = {
  'one process': { nodes: 1, workers: 1, redis: false },
  'two workers': { nodes: 1, workers: 2, redis: false },
  'one node, Redis': { nodes: 1, workers: 1, redis: true },
  'three nodes, Redis': { nodes: 3, workers: 1, redis: true },
};

class Variant {
  static async start({ nodes, workers, redis }) {
    const variant = new Variant();
    // Nodes that share a Redis are one cluster, so each variant has its own.
    variant.server = redis ? await RedisServer.start() : undefined;
    variant.client = redis ? new Redis({ port: variant.server.port }) : undefined;
    const options = { workers, redis: variant.server?.port };
    variant.nodes = await Promise.all(Array.from({ length: nodes }, () => GatewayNode.start(options)));
    const urls = variant.nodes.map(({ url }) => url);
    variant.clients = new Process('../broker/clients.mjs', { urls, senders: SENDERS, receivers: RECEIVERS });
    await variant.clients.ask('ready');
    return variant;
  }

  async spent() {
    return {
      nodes: sum(this.nodes.map((node) => node.cpu())),
      redis: this.client ? await spent(this.client) : undefined,
    };
  }

  async measure() {
    const before = await this.spent();
    const took = await this.clients.ask('flood', { count: FLOOD });
    const after = await this.spent();
    const delays = await this.clients.ask('paced', PACED);
    return {
      perSecond: FLOOD / (took / 1e3),
      /** µs a message. */
      nodes: ((after.nodes - before.nodes) / FLOOD) * 1e3,
      redis: after.redis ? ((after.redis.cpu - before.redis.cpu) / FLOOD) * 1e3 : 0,
      bytes: after.redis
        ? (after.redis.bytesIn + after.redis.bytesOut - before.redis.bytesIn - before.redis.bytesOut) / FLOOD
        : 0,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    };
  }

  /** What one join costs Redis, in a presence room with so many members. */
  async joins(members) {
    const room = `presence-${members}`;
    await this.clients.ask('fill', { room, count: members });
    await after(500);
    // What it costs to ask, and what is done all the time.
    const asking = await this.redisIn(() => {});
    const idle = await this.redisIn(() => after(IDLE));
    const start = performance.now();
    const busy = await this.redisIn(() => this.clients.ask('enter', { room, count: JOINS }));
    const share = (performance.now() - start) / IDLE;
    await this.clients.ask('empty', { room });
    const one = (name) => (busy[name] - asking[name] - (idle[name] - asking[name]) * share) / JOINS;
    return { commands: one('commands'), bytesIn: one('bytesIn'), bytesOut: one('bytesOut'), cpu: one('cpu') };
  }

  async redisIn(doing) {
    const before = await spent(this.client);
    await doing();
    const after = await spent(this.client);
    return Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
  }

  async end() {
    await this.clients.kill();
    for (const node of this.nodes) node.end();
    this.client?.disconnect();
    await this.server?.end();
  }
}

const variants = new Map();
for (const [name, settings] of Object.entries(VARIANTS)) {
  if (name.startsWith(values.only)) variants.set(name, await Variant.start(settings));
}
const messages = await takeTurns(variants, ROUNDS);
const joins = {};
const cluster = variants.get('three nodes, Redis');
if (cluster) for (const members of [10, MEMBERS]) joins[members] = await cluster.joins(members);
for (const variant of variants.values()) await variant.end();

if (values.json) console.log(JSON.stringify({ messages, joins }));
else {
  const base = messages['one process'];
  const beside = (value, one) => (one ? `${(value / one).toFixed(2)} ×` : '');
  console.table(
    Object.fromEntries(
      Object.entries(messages).map(([name, of]) => [
        name,
        {
          'messages a second': Math.round(of.perSecond),
          beside: beside(of.perSecond, base?.perSecond),
          'nodes, CPU': `${of.nodes.toFixed(0)} µs`,
          'beside ': beside(of.nodes, base?.nodes),
          'Redis, CPU': `${of.redis.toFixed(0)} µs`,
          'Redis, bytes': Math.round(of.bytes),
          p50: `${of.p50.toFixed(1)} ms`,
          p99: `${of.p99.toFixed(1)} ms`,
        },
      ]),
    ),
  );
  console.table(
    Object.fromEntries(
      Object.entries(joins).map(([members, of]) => [
        `a join among ${members}`,
        {
          commands: of.commands.toFixed(1),
          'bytes to Redis': Math.round(of.bytesIn),
          'bytes from Redis': Math.round(of.bytesOut),
          'Redis, CPU': `${(of.cpu * 1e3).toFixed(0)} µs`,
        },
      ]),
    ),
  );
}
process.exit(0);
