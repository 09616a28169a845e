// Lets a client of a gateway be cut off again and again, both as they are built and both in this process, and tells
// what the heap has grown by, and what is still under way when both have ended. Needs --expose-gc.
import { setTimeout as after } from 'node:timers/promises';
import { ToporiaRealtime } from '../../dist/index.js';
import { startTestGateway } from '../../gateway/dist/testing.js';

const times = Number(process.argv[2]);
const gateway = await startTestGateway({
  shutdown_timeout: 100,
  presence_grace: 100,
  limits: { room_log_age: 100, repeats_age: 100 },
});
gateway.of('/').on('never', () => new Promise(() => {}));

const next = (source, event) => new Promise((resolve) => source.once(event, resolve));

async function cutOff(realtime) {
  const back = next(realtime, 'reconnected');
  gateway.dropConnections();
  await back;
}

async function liveOn(realtime, n) {
  const room = await realtime.join(`room-${n}`);
  await realtime.request('message', n);
  const lost = room.request('never', n).catch(() => {});
  await cutOff(realtime);
  await lost;
  await room.leave();
}

/** A client's whole life. */
async function live(n) {
  const realtime = new ToporiaRealtime(gateway.url, { reconnectionDelay: 1, reconnectionDelayMax: 1 });
  await liveOn(realtime, n);
  realtime.disconnect();
}

async function heap() {
  // Until the gateway has looked for what is old.
  await after(2_500);
  for (let n = 0; n < 5; n++) {
    await after(20);
    global.gc();
  }
  return process.memoryUsage().heapUsed;
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const before = timers();
const realtime = new ToporiaRealtime(gateway.url, { reconnectionDelay: 1, reconnectionDelayMax: 1 });
await realtime.join('presence-room');

async function run(count) {
  for (let n = 0; n < count; n++) await (n % 10 ? liveOn(realtime, n) : live(n));
}

// What is compiled and cached at first is no leak.
await run(Math.min(times, 300));
const start = await heap();
await run(times);
const bytes = (await heap()) - start;
realtime.disconnect();
await gateway.stop();
await after(50);
process.stdout.write(JSON.stringify({ bytes, timers: timers() - before }));
