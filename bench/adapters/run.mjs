// How messages may go from node to node over Redis: Socket.IO's adapters, and this gateway's announcements of its log, side
// by side and in turns. Two nodes and a Redis, each a process of its own; no clients, so what is measured is the way alone.
//
//   node bench/adapters/run.mjs [--rounds=5] [--json]
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { RedisServer, spent } from '../cluster/redis.mjs';
import { median, quantile } from '../crowd/figures.mjs';
import { Process } from '../crowd/process.mjs';
import { WAYS } from './ways.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(values.rounds);
/** Messages of each node. */
const FLOOD = 15_000;
const WINDOW = 400;
/** A second, of each node. */
const RATE = 500;
const LONGEST = 240_000;

setTimeout(() => {
  console.error(`Not done within ${LONGEST / 1e3} s; something hangs.`);
  process.exit(1);
}, LONGEST).unref();

class Contender {
  figures = [];

  static async start(way, server) {
    const contender = new Contender();
    contender.way = way;
    contender.server = server;
    const node = (name) => new Process('../adapters/node.mjs', { name, way, port: server.port });
    contender.nodes = [node('a'), node('b')];
    // Each must have found the other before it counts.
    await Promise.all(contender.nodes.map((one) => one.ask('reset')));
    await after(1_500);
    return contender;
  }

  all(what, details) {
    return Promise.all(this.nodes.map((node) => node.ask(what, details)));
  }

  async measure(client) {
    await this.all('reset');
    const before = await spent(client);
    const floods = await this.all('flood', { count: FLOOD, window: WINDOW });
    const flood = await spent(client);
    const messages = 2 * FLOOD;
    const order = disorder(await this.all('heard'));
    await this.all('reset');
    await this.all('stream', { rate: RATE, lasting: 1_000 });
    await after(200);
    const heard = await this.all('heard');
    const delays = heard.flatMap(({ heard }, index) =>
      heard.filter(([from]) => from !== 'ab'[index]).map(([, , took]) => took / 1e3),
    );
    return {
      perSecond: messages / (Math.max(...floods.map(({ took }) => took)) / 1e3),
      nodeCpu: (floods.reduce((sum, { cpu }) => sum + cpu, 0) / messages) * 1e3,
      redisCpu: ((flood.cpu - before.cpu) / messages) * 1e3,
      bytes: (flood.bytesIn + flood.bytesOut - before.bytesIn - before.bytesOut) / messages,
      disorder: order,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    };
  }

  /** Redis is killed in mid-stream, and is back, empty, a second later. */
  restart() {
    return this.through(async () => {
      await this.server.kill();
      await after(1_000);
      await this.server.restart();
    });
  }

  /** All connections to Redis are cut in mid-stream. */
  cut(client) {
    return this.through(async () => {
      for (const type of ['normal', 'pubsub']) await client.client('KILL', 'TYPE', type);
    });
  }

  async through(fault) {
    await this.all('reset');
    const stream = this.all('stream', { rate: RATE, lasting: 2_500 });
    await after(1_000);
    await fault();
    const counts = await stream;
    // Longer than any of them holds something back.
    await after(2_500);
    const [a, b] = await this.all('heard');
    const fates = [
      fate(counts[0], numbers(b.heard, 'a'), a.refused),
      fate(counts[1], numbers(a.heard, 'b'), b.refused),
    ];
    const all = (name) => fates.reduce((sum, one) => sum + one[name], 0);
    return { refused: all('refused'), lost: all('lost'), doubled: all('doubled'), gaps: a.gaps + b.gaps };
  }

  async end() {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }
}

const numbers = (heard, sender) => heard.filter(([from]) => from === sender).map(([, n]) => n);

function fate(sent, got, refused) {
  const distinct = new Set(got);
  return { refused, lost: Math.max(0, sent - distinct.size - refused), doubled: got.length - distinct.size };
}

/** Of 1,000 messages that come directly after another on one node, how many come before it on the other. */
function disorder([a, b]) {
  const places = new Map(b.heard.map(([from, n], place) => [from + n, place]));
  let wrong = 0;
  let last = -1;
  for (const [from, n] of a.heard) {
    const place = places.get(from + n);
    if (place < last) wrong += 1;
    last = place;
  }
  return (wrong / a.heard.length) * 1e3;
}

const server = await RedisServer.start();
const client = new Redis({ port: server.port, maxRetriesPerRequest: null, retryStrategy: () => 100 });
client.on('error', () => {});
const contenders = [];
for (const way of Object.keys(WAYS)) {
  if (way.startsWith(values.only)) contenders.push(await Contender.start(way, server));
}
for (let round = -1; round < ROUNDS; round++) {
  // Each goes first as often as the others; round -1 is for warming up.
  for (let turn = 0; turn < contenders.length; turn++) {
    const contender = contenders[(turn + round + contenders.length) % contenders.length];
    const figures = await contender.measure(client);
    if (round >= 0) contender.figures.push(figures);
  }
}
const results = {};
for (const { way, figures } of contenders) {
  const middle = (name) => median(figures.map((figure) => figure[name]));
  results[way] = Object.fromEntries(Object.keys(figures[0]).map((name) => [name, middle(name)]));
}
for (const contender of contenders) {
  results[contender.way].cut = await contender.cut(client);
  results[contender.way].restart = await contender.restart();
}
for (const contender of contenders) await contender.end();
client.disconnect();
await server.end();

if (values.json) console.log(JSON.stringify(results));
else {
  const us = (number) => `${number.toFixed(0)} µs`;
  const told = ({ refused, lost, doubled, gaps }) =>
    `${lost} lost, ${doubled} twice, ${refused} refused, ${gaps} gaps told`;
  const msOf = (number) => `${number.toFixed(2)} ms`;
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([way, of]) => [
        way,
        {
          'a second': Math.round(of.perSecond),
          'nodes, CPU': us(of.nodeCpu),
          'Redis, CPU': us(of.redisCpu),
          bytes: Math.round(of.bytes),
          p50: msOf(of.p50),
          p99: msOf(of.p99),
          'in other order, of 1,000': of.disorder.toFixed(1),
          'after a cut': told(of.cut),
          'after a restart': told(of.restart),
        },
      ]),
    ),
  );
}
process.exit(0);
