import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import type { Engine } from '../../src/capacity';
import { Outgoing } from '../../src/limits/outgoing';
import { plain, startGateway } from '../core/support';
import { FAR, nextText, rawSocket, rememberingLogger } from './support';

const BOUND = 300_000;
const TEXT = 'x'.repeat(50_000);
/** More than the system takes for a connection that nobody reads. */
const MOST_MESSAGES = 2_000;

async function start() {
  const { logger, logged } = rememberingLogger();
  const gateway = await startGateway({ limits: { ...FAR, outgoing_buffer: BOUND } }, { logger });
  const others = await Promise.all([plain(gateway), plain(gateway, '/', { transports: ['polling'] })]);
  for (const other of others) await other.ask('join', 'r');
  return { gateway, logged, others };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Publishes, each message when the others have the one before, until somebody is cut off. Returns how many were published. */
async function flood({ gateway, others }: Started): Promise<number> {
  for (let n = 0; n < MOST_MESSAGES; n++) {
    if (gateway.stats().ended.outgoing_buffer) return n;
    gateway.broadcast('r', `m${n}`, TEXT);
    for (const other of others) await other.next(`m${n}`);
  }
  throw new Error('nobody was cut off');
}

function expectUndisturbed({ others }: Started, published: number): void {
  for (const other of others) {
    expect(other.received.map(([event]) => event)).toEqual(
      Array.from({ length: published }, (_, n) => `m${n}`),
    );
  }
}

/** Told once, and with less waiting than the bound and the message that went past it. */
function expectTold({ logged }: Started, transport: string): void {
  const told = logged.filter(({ details }) => details.limit === 'outgoing_buffer');
  expect(told).toEqual([
    {
      level: 'warn',
      message: 'a client was cut off: it is too slow',
      details: {
        limit: 'outgoing_buffer',
        sockets: [expect.any(String)],
        transport,
        waiting: expect.any(Number),
      },
    },
  ]);
  const waiting = told[0]?.details.waiting as number;
  expect(waiting).toBeGreaterThan(BOUND);
  expect(waiting).toBeLessThan(BOUND + TEXT.length + 100);
}

describe('a slow consumer', () => {
  it('over WebSocket is cut off at the bound, and the others receive everything', async () => {
    const started = await start();
    const slow = await rawSocket(started.gateway);
    const joined = nextText(slow, '430');
    slow.send('40');
    await nextText(slow, '40');
    slow.send('420["join","r"]');
    await joined;
    slow.pause();
    const published = await flood(started);
    expectTold(started, 'websocket');
    expectUndisturbed(started, published);
    expect(started.gateway.stats()).toMatchObject({ connections: 2, ended: { outgoing_buffer: 1 } });
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.resume();
    await closed;
  });

  it('over polling is cut off at the bound, and told by its next poll', async () => {
    const started = await start();
    const poll = await pollingClient(started.gateway);
    const published = await flood(started);
    expectTold(started, 'polling');
    expectUndisturbed(started, published);
    expect(await poll()).toBe('42["toporia:bye",{"code":"limit","retry_after":5000}]');
    // Engine.IO's own close, perhaps behind a packet that only wakes the poll.
    expect(await poll()).toMatch(/1$/);
  });

  it('is not who gets much in one go and takes it', async () => {
    const { gateway, others } = await start();
    for (let n = 0; n < 20; n++) gateway.broadcast('r', `m${n}`, TEXT);
    await others[0]?.next('m19');
    gateway.broadcast('r', 'huge', 'x'.repeat(5 * BOUND));
    gateway.broadcast('r', 'last');
    await others[0]?.next('last');
    expect(others[0]?.received).toHaveLength(22);
  });
});

/** A client in the room that polls only when it is told to. */
async function pollingClient(gateway: Gateway): Promise<() => Promise<string>> {
  const url = `${gateway.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1)) as { sid: string };
  const poll = async () => (await fetch(`${url}&sid=${sid}`)).text();
  const send = async (body: string) => (await fetch(`${url}&sid=${sid}`, { method: 'POST', body })).text();
  await send('40');
  await poll();
  await send('420["join","r"]');
  expect(await poll()).toContain('430');
  return poll;
}

/** As much of Engine.IO's socket as counts: its answers to polls are never taken. */
class Engineless extends EventEmitter {
  readonly transport = { writable: false, res: undefined as EventEmitter | undefined };
}

describe('what waits', () => {
  it('counts the answers to polls that are not taken', () => {
    const engine = new Engineless();
    const outgoing = new Outgoing(engine as unknown as Engine, () => {});
    const packets = [1, 2].map(() => ({ type: 'message', data: 'x'.repeat(99) }));
    const answers = [new EventEmitter(), new EventEmitter()];
    for (const answer of answers) {
      for (const packet of packets) engine.emit('packetCreate', packet);
      engine.transport.res = answer;
      engine.emit('flush', packets);
    }
    expect(outgoing.waiting()).toBe(400);
    answers[0]?.emit('finish');
    answers[0]?.emit('close');
    expect(outgoing.waiting()).toBe(200);
    answers[1]?.emit('close');
    expect(outgoing.waiting()).toBe(0);
  });
});
