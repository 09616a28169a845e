import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/support/programs';
import { next, openPlain, unusedPort } from '../../../test/support/realtime-pair';
import { createGateway, runWorkers } from '../../src';
import { RestartDelay } from '../../src/workers/delay';
import { shareOf } from '../../src/workers/identity';
import { makeCertificate, temporaryFolder } from '../edge/support';

const PROGRAM = fileURLToPath(new URL('./program.mjs', import.meta.url));

function run(options: object) {
  const child = fork(PROGRAM, [JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function started(options: object = {}): Promise<string> {
  const child = run(options);
  child.stderr?.pipe(process.stderr);
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  const { url, count } = JSON.parse(String(line));
  expect(count).toBe(2);
  return url;
}

const KINDS = [['websocket'], ['polling'], ['polling', 'websocket']];

/** Clients of each kind, so many that each worker has some; those that upgrade have done so. */
async function openAll(url: string, more: object = {}) {
  const sockets = [];
  for (const transports of [...KINDS, ...KINDS, ...KINDS]) {
    const socket = await openPlain(url, { transports, ...more });
    const { engine } = socket.io;
    if (transports.length > 1 && engine.transport.name === 'polling') await next(engine, 'upgrade');
    sockets.push(socket);
  }
  return sockets;
}

describe('a program with workers', () => {
  it('has handlers in each of them, which see a client as one process would', async () => {
    const sockets = await openAll(await started());
    const about = await Promise.all(sockets.map((socket) => socket.emitWithAck('about')));
    expect(new Set(about.map(({ pid }) => pid)).size).toBe(2);
    expect(about.map(({ transport }) => transport)).toEqual(
      Array(3).fill(['websocket', 'polling', 'websocket']).flat(),
    );
    expect(new Set(about.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  });

  it('reaches the sockets of all workers by gateway.io', async () => {
    const sockets = await openAll(await started());
    const ids = sockets.map(({ id }) => id).sort();
    for (const socket of sockets.slice(0, 2)) expect((await socket.emitWithAck('all')).sort()).toEqual(ids);
    const shouted = sockets.map((socket) => {
      const heard: unknown[] = [];
      socket.on('shouted', (...args) => heard.push(args));
      return { heard, done: next(socket, 'shouted') };
    });
    await sockets[0]?.emitWithAck('shout', { a: 1 });
    await Promise.all(shouted.map(({ done }) => done));
    await Promise.all(sockets.map((socket) => socket.emitWithAck('about')));
    for (const { heard } of shouted) expect(heard).toEqual([[{ a: 1 }, Buffer.from([7])]]);
  });

  it('rejects with why a worker could not start, and leaves none behind', async () => {
    const child = run({ fails: true });
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(errors).toMatch(/no database\n +at .*program\.mjs/);
  });

  it('is told what is wrong before anything is started', async () => {
    await expect(runWorkers(0, () => {})).rejects.toThrow(
      'workers: 0 is not a whole number from 1 to 1024, nor "auto"',
    );
    expect(() => createGateway({ worker_num: 2 })).toThrow(
      'worker_num is 2: a program starts its workers by runWorkers(2, …), so leave it at 1',
    );
  });
});

describeWith('openssl', 'workers with TLS', () => {
  it('serve clients that poll, and those that upgrade, whichever worker their requests come to', async () => {
    const files = makeCertificate(temporaryFolder());
    const url = await started({ ssl: true, ...files, port: await unusedPort() });
    expect(url).toMatch(/^https:/);
    const sockets = await openAll(url, { rejectUnauthorized: false });
    const about = await Promise.all(sockets.map((socket) => socket.emitWithAck('about')));
    expect(new Set(about.map(({ pid }) => pid)).size).toBe(2);
    expect(about.map(({ transport }) => transport)).toEqual(
      Array(3).fill(['websocket', 'polling', 'websocket']).flat(),
    );
    const big = 'x'.repeat(200_000);
    const shouted = sockets.map((socket) => next(socket, 'shouted'));
    await sockets[1]?.emitWithAck('shout', big);
    expect(await Promise.all(shouted)).toEqual(Array(9).fill(big));
  });
});

describe('the places of workers', () => {
  it('are filled at once, but ever later while those who take them die at once', () => {
    const delay = new RestartDelay();
    const waits = [60_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].map((served) => delay.next(served));
    expect(waits).toEqual([0, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(delay.next(60_000)).toBe(0);
  });

  it('share out a number wholly, and leave none with nothing', () => {
    const shares = (whole: number) =>
      [0, 1, 2].map((slot) => shareOf(whole, { run: '', id: 1, slot, count: 3 }));
    expect(shares(8000)).toEqual([2667, 2667, 2666]);
    expect(shares(2)).toEqual([1, 1, 1]);
  });
});
