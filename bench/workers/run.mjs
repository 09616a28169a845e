// What workers bring and cost: one process beside two and four workers, for the same room of twelve members. How fast it goes
// hangs on the cores that are free, the CPU time of a message hardly does: the busiest process says where it ends. In turns;
// medians. Linux only. Needs a build.
//
//   npm run bench:workers [-- --rounds=7 --receivers=9 --json]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile } from '../crowd/figures.mjs';
import { Process } from '../crowd/process.mjs';
import { FAR } from '../relay/measure.mjs';
import { takeTurns } from '../turns.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    receivers: { type: 'string', default: '9' },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(values.rounds);
const RECEIVERS = Number(values.receivers);
const CLI = fileURLToPath(new URL('../../gateway/dist/cli.js', import.meta.url));
const LIMITS = Object.entries(FAR).map(([name, most]) => `--${name.replaceAll('_', '-')}=${most}`);
const FLOOD = Math.max(300, Math.round(54_000 / RECEIVERS / 150) * 150);
const PACED = { count: 300, pace: 3 };
/** Of the kernel's clock, in which it tells CPU times. */
const TICK = 10;
const LONGEST = 600_000;

setTimeout(() => {
  console.error(`Not done within ${LONGEST / 1e3} s; something hangs.`);
  process.exit(1);
}, LONGEST).unref();

class Variant {
  static async start(workers) {
    const variant = new Variant();
    const args = ['serve', '--host=127.0.0.1', '--port=0', `--workers=${workers}`, ...LIMITS];
    variant.gateway = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await printedUrl(variant.gateway.stdout);
    variant.clients = new Process('../broker/clients.mjs', { urls: [url], senders: 3, receivers: RECEIVERS });
    await variant.clients.ask('ready');
    return variant;
  }

  /** Ms of CPU time of each process so far, the first that of the port. */
  spent() {
    const { pid } = this.gateway;
    return [pid, ...childrenOf(pid)].map(cpuOf);
  }

  async measure() {
    const before = this.spent();
    const took = await this.clients.ask('flood', { count: FLOOD });
    const used = this.spent().map((time, index) => ((time - before[index]) / FLOOD) * 1e3);
    const delays = await this.clients.ask('paced', PACED);
    return {
      perSecond: FLOOD / (took / 1e3),
      /** µs of CPU a message. */
      first: used[0],
      busiestWorker: Math.max(0, ...used.slice(1)),
      all: used.reduce((sum, time) => sum + time, 0),
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    };
  }

  async end() {
    await this.clients.kill();
    this.gateway.kill('SIGKILL');
  }
}

async function printedUrl(output) {
  let text = '';
  for await (const part of output.setEncoding('utf8')) {
    text += part;
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    if (url) return url;
  }
  throw new Error(`the gateway did not start: ${text}`);
}

function childrenOf(pid) {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list ? list.split(' ') : [];
}

function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

const variants = new Map();
for (const workers of [1, 2, 4]) {
  variants.set(workers === 1 ? 'one process' : `${workers} workers`, await Variant.start(workers));
}
const results = await takeTurns(variants, ROUNDS);
for (const variant of variants.values()) await variant.end();

if (values.json) console.log(JSON.stringify(results));
else {
  const base = results['one process'];
  const micro = (time) => `${time.toFixed(0)} µs`;
  const most = ({ first, busiestWorker }) => Math.max(first, busiestWorker);
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, of]) => [
        name,
        {
          'messages a second': Math.round(of.perSecond),
          'beside one': `${(of.perSecond / base.perSecond).toFixed(2)} ×`,
          'CPU of all': micro(of.all),
          'first process': micro(of.first),
          'busiest worker': micro(of.busiestWorker),
          'would go to': `${(most(base) / most(of)).toFixed(2)} ×`,
          p50: `${of.p50.toFixed(1)} ms`,
          p99: `${of.p99.toFixed(1)} ms`,
        },
      ]),
    ),
  );
}
process.exit(0);
