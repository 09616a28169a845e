import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import type { ToporiaRealtime } from '../../../src';
import { next, open, openPlain, SECRET, SOON, tokenFor } from '../../../test/support/realtime-pair';
import { CliRun, cli } from '../edge/cli-support';
import { isAlive, serveTwo, workerOf } from './support';

const TWICE = [1, 2];

type Room = Awaited<ReturnType<ToporiaRealtime['join']>>;

/** Numbers that a client sends until it is told to stop, each once it was answered; and what others heard of them. */
function stream(url: string) {
  const sender = open(url, { ...SOON, delivery: 'at-least-once' });
  const receivers = (['websocket', 'polling'] as const).flatMap((transport) =>
    TWICE.map(() => open(url, { ...SOON, transports: [transport] })),
  );
  const got = receivers.map((receiver) => {
    const numbers: unknown[] = [];
    receiver.on('numbered', (n) => numbers.push(n));
    receiver.channel('talk').on('gap', () => numbers.push('gap'));
    return numbers;
  });
  const acked: number[] = [];
  const sent: Promise<unknown>[] = [];
  let isOver = false;
  const start = async () => {
    const [room] = await Promise.all([sender, ...receivers].map((client) => client.join('talk')));
    for (let n = 1; !isOver; n++) {
      const answered = (room as Room).request('numbered', n, { timeout: 20_000 }).then(() => acked.push(n));
      answered.catch(() => {});
      sent.push(answered);
      await after(2);
    }
  };
  const running = start();
  running.catch(() => {});
  onTestFailed(() => {
    const states = [sender, ...receivers].map((client) => `${client.state} ${client.getRooms()}`);
    console.error({
      sent: sent.length,
      acked: acked.length,
      got: got.map((numbers) => numbers.slice(-3)),
      states,
    });
  });
  onTestFinished(() => {
    isOver = true;
  });
  return {
    acked,
    got,
    async end(): Promise<number[]> {
      isOver = true;
      await running;
      await Promise.all(sent);
      const all = Array.from(sent, (_, index) => index + 1);
      while (got.some((numbers) => numbers.at(-1) !== all.length)) await after(5);
      return all;
    },
  };
}

describe('a worker that is killed', () => {
  it('is replaced, and its clients miss nothing and get nothing twice', async () => {
    const gateway = await serveTwo();
    const numbers = stream(gateway.url);
    for (const round of TWICE) {
      while (numbers.acked.length < 100 * round) await after(5);
      const [victim] = gateway.workers();
      process.kill(victim as number, 'SIGKILL');
      await gateway.run.prints(new RegExp(`(a worker ended by SIGKILL[^]*){${round}}`));
      while (gateway.workers().length < 2) await after(5);
    }
    while (numbers.acked.length < 300) await after(5);
    const all = await numbers.end();
    for (const got of numbers.got) expect(got).toEqual(all);
  });

  it('takes nobody out of the rosters but who does not come back', async () => {
    const gateway = await serveTwo([`--jwt-secret=${SECRET}`, '--presence-grace=2000']);
    const enter = async (id: string) => {
      const client = open(gateway.url, { ...SOON, auth: await tokenFor(id) });
      return { client, room: await client.join('presence.chat') };
    };
    // Each goes to the worker that has fewer.
    const [ann, bob, cid] = [await enter('ann'), await enter('bob'), await enter('cid')];
    expect([ann, bob, cid].map(({ client }) => workerOf(client))).toEqual(['1', '2', '1']);
    while (ann.room.presence.members.length < 3) await after(5);
    const left = [ann, bob].map(({ room }) => {
      const users: string[] = [];
      room.presence.on('left', ({ id }) => users.push(id));
      return users;
    });
    const back = next(ann.client, 'reconnected');
    process.kill(gateway.workers()[0] as number, 'SIGKILL');
    cid.client.disconnect();
    await back;
    expect(ann.room.presence.members).toHaveLength(3);
    while (left.some((users) => users.length === 0)) await after(5);
    expect(left).toEqual([['cid'], ['cid']]);
    expect([ann, bob].map(({ room }) => room.presence.members.length)).toEqual([2, 2]);
  });
});

describe('the first process', () => {
  it('takes its workers along when it is killed', async () => {
    const gateway = await serveTwo();
    const workers = gateway.workers();
    gateway.run.child.kill('SIGKILL');
    while (workers.some(isAlive)) await after(5);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets all end on %s, which the workers get too: code 0',
    async (signal) => {
      const gateway = await serveTwo();
      const workers = gateway.workers();
      const sockets = await Promise.all([
        openPlain(gateway.url),
        openPlain(gateway.url, { transports: ['polling'] }),
        openPlain(gateway.url, { transports: ['polling'] }),
        openPlain(gateway.url),
      ]);
      const byes = sockets.map((socket) => next(socket, 'toporia:bye'));
      // As a terminal, and systemd, do.
      for (const pid of [gateway.pid, ...workers]) process.kill(pid, signal);
      for (const bye of await Promise.all(byes)) expect(bye).toMatchObject({ code: 'restart' });
      expect(await gateway.run.ended).toMatchObject({ code: 0, stderr: '' });
      expect(workers.some(isAlive)).toBe(false);
    },
  );

  it('ends all at once on a second signal', async () => {
    const gateway = await serveTwo(['--shutdown-timeout=600000', '--drain-time=600000']);
    await openPlain(gateway.url);
    const workers = gateway.workers();
    gateway.run.child.kill('SIGTERM');
    await gateway.run.prints(/a second signal ends at once/);
    gateway.run.child.kill('SIGTERM');
    expect((await gateway.run.ended).code).toBe(143);
    while (workers.some(isAlive)) await after(5);
  });

  it('puts new workers in the place of the old ones on SIGHUP, and nothing is missed', async () => {
    const gateway = await serveTwo(['--shutdown-timeout=2000']);
    const numbers = stream(gateway.url);
    while (numbers.acked.length < 50) await after(5);
    const old = gateway.workers();
    gateway.run.child.kill('SIGHUP');
    await gateway.run.prints(/all workers are new/);
    expect(old.some(isAlive)).toBe(false);
    expect(gateway.workers()).toHaveLength(2);
    const all = await numbers.end();
    for (const got of numbers.got) expect(got).toEqual(all);
    expect(gateway.run.stdout).not.toMatch(/a worker ended/);
  });
});

describe('workers that can not start', () => {
  it('end with the line of a single process: a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      other.close();
    });
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const args = ['--host=127.0.0.1', `--port=${port}`, '--log-level=silent'];
    const [one, two] = await Promise.all([cli(['serve', ...args]), cli(['serve', '--workers=2', ...args])]);
    expect(two).toEqual(one);
    expect(two.stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
  });

  it('end with the line of a single process: a setting that is wrong', async () => {
    const args = ['serve', '--port=0', '--require-auth', '--log-level=silent'];
    const [one, two] = await Promise.all([cli(args), cli([...args, '--workers=2'])]);
    expect(two).toEqual(one);
    expect(two.code).toBe(2);
  });

  it('say once what one process says once', async () => {
    const { run, url } = await serveTwo([], { REALTIME_DASHBOARD_COLOUR: 'red' });
    const lines = run.stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({
      url,
      workers: 2,
      msg: `listening on ${url}, with 2 workers`,
    });
  });

  it('are as many as there are cores with "auto"', async () => {
    const run = new CliRun(['serve', '--host=127.0.0.1', '--port=0'], { REALTIME_WORKER_NUM: 'auto' });
    await run.prints(/"msg":"listening on /);
  });
});
