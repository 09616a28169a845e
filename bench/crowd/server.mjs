// One contender's server.
import { setTimeout as after } from 'node:timers/promises';
import { CONTENDERS } from './contenders.mjs';
import { answer, argumentsOf, machineTime } from './process.mjs';

const { contender, presence } = argumentsOf();
let server;

answer({
  async start({ port }) {
    server = await CONTENDERS[contender].serve(port, { presence });
    return server.port;
  },
  /** Messages 1 to `count`, one each `interval` ms. Answers with the processor's ms that passed meanwhile. */
  async publish({ count, interval }) {
    const before = process.cpuUsage();
    const start = performance.now();
    for (let n = 1; n <= count; n++) {
      server.broadcast({ n, at: machineTime().toString(), text: 'x'.repeat(64) });
      await after(Math.max(0, start + n * interval - performance.now()));
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e3;
  },
  /** Something to begin with, which doesn't count. */
  greet: () => void server.broadcast({ n: 0, at: machineTime().toString() }),
  members: () => server.members(),
  memory: () => process.memoryUsage().rss,
  close: async () => void (await server.close()),
});
