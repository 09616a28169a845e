// CPU time of the gateway for an event that is relayed to a room: of several variants of it, in turns.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** The build of this checkout. */
export const OWN_BUILD = fileURLToPath(new URL('../../gateway/dist/index.js', import.meta.url));

/** So many a second that none is refused. */
export const FAR = {
  messages_per_second: 1_000_000,
  messages_burst: 10_000_000,
  bytes_per_second: 1_000_000_000,
  bytes_burst: 1_000_000_000,
};

/** What every such bench can be told. */
export const RELAY_OPTIONS = {
  messages: { type: 'string', default: '20000' },
  receivers: { type: 'string', default: '10' },
  rounds: { type: 'string', default: '15' },
};

export function relayArguments(more = {}) {
  const { messages, receivers, rounds, ...rest } = parseArgs({
    options: { ...RELAY_OPTIONS, ...more },
  }).values;
  return { messages: Number(messages), receivers: Number(receivers), rounds: Number(rounds), ...rest };
}

/** Measures variants, `{ name, options, build? }`, and prints them beside the first. */
export async function measureRelay(wanted, { messages, receivers, rounds }) {
  const variants = [];
  for (const one of wanted) variants.push(await variant(one, { messages, receivers }));
  for (let round = -1; round < rounds; round++) {
    // Each goes first as often as the others; round -1 is for warming up.
    const order = variants.map((_, index) => variants[(index + round + variants.length) % variants.length]);
    for (const one of order) {
      const time = await one.run();
      if (round >= 0) one.times.push(time);
    }
  }
  const base = median(variants[0].times);
  for (const { name, times } of variants) {
    const time = median(times);
    console.log(
      `${name.padEnd(12)} ${time.toFixed(2)} µs of CPU a message to ${receivers} receivers (${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}); ratio ${(base / time).toFixed(3)}`,
    );
  }
  for (const one of variants) await one.end();
}

async function variant({ name, options, build = OWN_BUILD }, { messages, receivers }) {
  const { createGateway } = await import(pathToFileURL(build).href);
  const gateway = withOptions(createGateway, options);
  await gateway.listen();
  const clients = fork(fileURLToPath(new URL('clients.mjs', import.meta.url)), [
    JSON.stringify({ url: gateway.url, messages, receivers }),
  ]);
  // A client that fails would be waited for.
  clients.once('exit', (code) => code && process.exit(code));
  await once(clients, 'message');
  return {
    name,
    times: [],
    async run() {
      const before = process.cpuUsage();
      clients.send('go');
      await once(clients, 'message');
      const { user, system } = process.cpuUsage(before);
      return (user + system) / messages;
    },
    async end() {
      clients.disconnect();
      await gateway.close();
    },
  };
}

/** An older build may know no such options. */
function withOptions(createGateway, more) {
  const options = { host: '127.0.0.1', port: 0, shutdown_timeout: 500 };
  try {
    return createGateway({ ...options, ...more });
  } catch (error) {
    if (!/unknown setting/.test(error.message)) throw error;
    return createGateway(options);
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
