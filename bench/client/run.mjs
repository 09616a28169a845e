// What the SDK costs on top of bare socket.io-client, in one run. Needs a build.
// `--json` prints JSON; `--only=without` or `--only=over` measures one part.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compare } from './measure.mjs';

const LONGEST = 90_000;
setTimeout(() => {
  console.error(`Not done within ${LONGEST / 1_000} s; something hangs.`);
  process.exit(1);
}, LONGEST).unref();

const PARTS = {
  /** All that the processor does for a message, to the last encoded character. */
  'without network': { emit: { count: 2_000 }, ask: { count: 1_000, batch: 50 }, hear: { count: 1_500 } },
  /** Over a WebSocket on loopback, to a server in a process of its own. */
  'over loopback': { emit: { count: 600 }, ask: { count: 60, batch: 1 }, hear: { count: 600 } },
};

/** What each of the two does. The SDK's acks always have a timeout; a bare one has when it is told so. */
const ROWS = {
  'emit, no ack': ['emit', 'emit'],
  'emit with ack': ['ask', 'ask'],
  'the same, bare with a timeout': ['ask with timeout', 'ask'],
  'dispatch to one handler': ['hear', 'hear'],
};

async function start(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const [greeting] = await once(child, 'message');
  return { child, greeting };
}

const does = (child, task, settings) => async () => {
  child.send({ task, ...settings });
  const [time] = await once(child, 'message');
  return time;
};

async function measure(part) {
  const server = part === 'without network' ? undefined : await start('server.mjs');
  const url = server ? `http://127.0.0.1:${server.greeting}` : 'stub';
  const [bare, sdk] = await Promise.all([start('client.mjs', 'bare', url), start('client.mjs', 'sdk', url)]);
  const rows = [];
  for (const [name, [bareTask, sdkTask]] of Object.entries(ROWS)) {
    const settings = PARTS[part][sdkTask];
    rows.push({
      name,
      ...(await compare(does(bare.child, bareTask, settings), does(sdk.child, sdkTask, settings))),
    });
  }
  for (const one of [bare, sdk, server]) one?.child.disconnect();
  return rows;
}

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
const results = {};
for (const part of Object.keys(PARTS)) if (part.startsWith(only)) results[part] = await measure(part);

function print(part, rows) {
  console.log(`\n${part}: microseconds for each message, medians of interleaved rounds`);
  const cells = rows.map(({ name, bare, sdk, ratio, low, high }) => [
    name,
    {
      bare: bare.toFixed(2),
      SDK: sdk.toFixed(2),
      ratio: ratio.toFixed(3),
      'middle half of the rounds': `${low.toFixed(3)} to ${high.toFixed(3)}`,
    },
  ]);
  console.table(Object.fromEntries(cells));
}

if (process.argv.includes('--json')) console.log(JSON.stringify(results));
else for (const [part, rows] of Object.entries(results)) print(part, rows);
