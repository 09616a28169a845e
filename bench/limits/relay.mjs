// What the limits and the rooms' logs cost each message: CPU time of the gateway for an event that is relayed to a room,
// with them and without, in turns. `--against=<index.js of another build>` measures that build as well.
//
//   npm run build && node bench/limits/relay.mjs

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    client: { type: 'string' },
    messages: { type: 'string', default: '20000' },
    receivers: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '15' },
  },
});
const messages = Number(values.messages);
const receivers = Number(values.receivers);
const rounds = Number(values.rounds);

/** Messages that are under way at once, the last with an ack. */
const STEP = 100;

if (values.client === undefined) await measure();
else await serveAsClients(values.client);

/** In a process of its own: joins a room, and sends to it whenever it is told to. */
async function serveAsClients(url) {
  const open = async () => {
    const socket = io(url, { transports: ['websocket'], forceNew: true });
    await socket.emitWithAck('join', 'room');
    return socket;
  };
  const sender = await open();
  let received = 0;
  let whenAll = () => {};
  for (let n = 0; n < receivers; n++) {
    (await open()).on('chat', () => {
      received += 1;
      if (received === messages * receivers) whenAll();
    });
  }
  process.on('message', async () => {
    received = 0;
    const all = new Promise((resolve) => {
      whenAll = resolve;
    });
    for (let n = 0; n < messages; n += STEP) {
      for (let m = 1; m < STEP; m++) sender.emit('chat', { text: 'hello', n: n + m });
      const reply = await sender.emitWithAck('chat', { text: 'hello', n });
      if (reply.error) throw new Error(reply.error.message);
    }
    await all;
    process.send('done');
  });
  process.on('disconnect', () => process.exit());
  process.send('ready');
}

async function measure() {
  const build = fileURLToPath(new URL('../../gateway/dist/index.js', import.meta.url));
  // So many a second that none is refused.
  const counted = {
    messages_per_second: 1_000_000,
    messages_burst: 10_000_000,
    bytes_per_second: 1_000_000_000,
    bytes_burst: 1_000_000_000,
  };
  const off = { messages_per_second: 0, joins_per_second: 0, bytes_per_second: 0, outgoing_buffer: 0 };
  const variants = [
    await variant('all', build, { limits: counted }),
    await variant('no limits', build, { limits: off }),
    await variant('no room log', build, { limits: counted, room_log: false }),
  ];
  if (values.against) variants.push(await variant('other build', values.against, { limits: counted }));
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

async function variant(name, path, options) {
  const { createGateway } = await import(pathToFileURL(path).href);
  const gateway = withOptions(createGateway, options);
  await gateway.listen();
  const clients = fork(fileURLToPath(import.meta.url), [
    `--client=${gateway.url}`,
    `--messages=${messages}`,
    `--receivers=${receivers}`,
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
