// One client in a process of its own, as a program has it: `client.mjs bare|sdk <url>`, or `stub` for no network.
// Does what it is told by the process that started it, and answers with the microseconds that each time took.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Manager } from 'socket.io-client';
import { ToporiaRealtime } from '../../dist/index.js';
import { DRAFT, message } from './messages.mjs';
import { StubTransport } from './stub-transport.mjs';

const [, , kind, url] = process.argv;
const isStub = url === 'stub';
const address = isStub ? 'http://stub.test' : url;
const transports = isStub ? [StubTransport] : ['websocket'];

setFlagsFromString('--expose-gc');
/** Between rounds, so that none pays for the garbage of another. */
const collectGarbage = runInNewContext('gc');

/** Microseconds: of this process's own work where there is no network to wait for, else of the clock on the wall. */
const now = () => {
  if (!isStub) return performance.now() * 1_000;
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function connect() {
  if (kind === 'sdk') return new ToporiaRealtime(address, { transports }).ready();
  const socket = new Manager(address, { transports }).socket('/');
  await new Promise((resolve) => socket.on('connect', resolve));
  return socket;
}

const client = await connect();
const { engine } = (kind === 'sdk' ? client.getSocket() : client).io;

/** Asks until `count` answers have come, `batch` at once. */
function ask(ways, count, batch) {
  return new Promise((resolve) => {
    let left = count;
    const done = () => {
      if (--left === 0) resolve();
      else if (left % batch === 0) next();
    };
    const next = () => {
      for (let n = 0; n < batch; n++) ways().emit('ask', DRAFT, done);
    };
    next();
  });
}

let received = 0;
let last = 0;
let allHeard = () => {};
client.on('message.sent', () => {
  if (++received === last) allHeard();
});

let id = 0;
const packet = () => `42${JSON.stringify(['message.sent', ...message(`id-${id++}`)])}`;

/** Each returns what does it `count` times. */
const TASKS = {
  emit: (count) => async () => {
    for (let n = 0; n < count; n++) client.emit('message.sent', DRAFT);
    if (isStub) await new Promise((resolve) => setImmediate(resolve));
    else await ask(() => client, 1, 1);
  },
  ask: (count, batch) => () => ask(() => client, count, batch),
  'ask with timeout': (count, batch) => () => ask(() => client.timeout(10_000), count, batch),
  hear: (count) => {
    const packets = isStub ? Array.from({ length: count }, packet) : [];
    return () =>
      new Promise((resolve) => {
        last = received + count;
        allHeard = resolve;
        if (isStub) for (const text of packets) engine.transport.receive(text);
        else client.emit('pour', count);
      });
  },
};

/** A round is so many short runs in a row, of which the fastest counts: the one that nothing else disturbed. */
const RUNS = 6;

process.on('message', async ({ task, count, batch }) => {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const work = TASKS[task](count, batch);
    collectGarbage();
    const start = now();
    await work();
    fastest = Math.min(fastest, (now() - start) / count);
  }
  process.send(fastest);
});
process.on('disconnect', () => process.exit());
process.send('ready');
