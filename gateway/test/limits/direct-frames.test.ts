import type { Socket } from 'socket.io';
import { expect, it } from 'vitest';
import type { Gateway } from '../../src/api';
import type { EnginePacket } from '../../src/limits/engine-internals';
import { plain, startGateway, type TestClient } from '../core/support';
import { FAR, nextText, rawSocket } from './support';

const SMALL = 'x'.repeat(50);
const LARGE = 'x'.repeat(40_000);

async function member(gateway: Gateway): Promise<TestClient> {
  const client = await plain(gateway, '/', { transports: ['websocket'] });
  await client.ask('join', 'r');
  return client;
}

async function rawMember(gateway: Gateway) {
  const socket = await rawSocket(gateway);
  const greeted = nextText(socket, '40');
  socket.send('40');
  await greeted;
  const joined = nextText(socket, '430');
  socket.send('420["join","r"]');
  await joined;
  return socket;
}

const engineOf = (gateway: Gateway, { id }: TestClient) =>
  (gateway.io.sockets.sockets.get(id) as Socket).conn;

/** One of the gateway's metrics. */
async function figure(gateway: Gateway, name: string): Promise<number> {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(await gateway.metrics());
  return Number(found?.[1]);
}

it('brings small and large, text and binary, broadcasts and events for one client in the order that they were sent in', async () => {
  const gateway = await startGateway({ limits: FAR, metrics: true });
  const client = await member(gateway);
  const socket = gateway.io.sockets.sockets.get(client.id);
  const sent: string[] = [];
  for (let round = 0; round < 20; round++) {
    const say = (kind: string, send: (name: string) => void) => {
      const name = `${kind}.${round}`;
      sent.push(name);
      send(name);
    };
    say('first', (name) => gateway.broadcast('r', name, SMALL));
    say('large', (name) => gateway.broadcast('r', name, LARGE));
    say('small', (name) => gateway.broadcast('r', name, SMALL));
    say('binary', (name) => gateway.broadcast('r', name, Buffer.from(SMALL)));
    say('alone', (name) => socket?.emit(name, SMALL));
    say('all', (name) => gateway.io.emit(name, SMALL));
    say('last', (name) => gateway.broadcast('r', name, SMALL));
    if (round % 3 === 0) await client.next(`last.${round}`);
  }
  await client.next('last.19');
  expect(client.received.map(([name]) => name)).toEqual(sent);
  expect(client.received.every(([, data]) => String(data) === SMALL || data === LARGE)).toBe(true);
});

it('loses nothing of what a client leaves untaken for a while', async () => {
  const gateway = await startGateway({ limits: { ...FAR, outgoing_buffer: 0 }, metrics: true });
  const slow = await rawMember(gateway);
  const witness = await member(gateway);

  slow.pause();
  let count = 0;
  while ((await figure(gateway, 'toporia_waiting_bytes')) < 100_000) {
    for (let n = 0; n < 500; n++) gateway.broadcast('r', `m.${count++}`, SMALL);
    await witness.next(`m.${count - 1}`);
  }
  const heard: string[] = [];
  slow.on('message', (data) => {
    const name = /^42\["(m\.\d+)"/.exec(String(data))?.[1];
    if (name) heard.push(name);
  });
  const last = nextText(slow, `42["m.${count - 1}"`);
  slow.resume();
  await last;
  expect(heard).toEqual(Array.from({ length: count }, (_, n) => `m.${n}`));
});

it('cuts off a client that takes none of many small ones', async () => {
  const gateway = await startGateway({ limits: { ...FAR, outgoing_buffer: 100_000 } });
  const slow = await rawMember(gateway);
  const witness = await member(gateway);
  slow.pause();
  for (let count = 0; !gateway.stats().ended.outgoing_buffer; count += 500) {
    // 20 MB are more than the system takes for anybody.
    if (count === 100_000) throw new Error('nobody was cut off');
    for (let n = 0; n < 500; n++) gateway.broadcast('r', `m.${count + n}`, SMALL);
    await witness.next(`m.${count + 499}`);
    witness.clear();
  }
  expect(gateway.stats()).toMatchObject({ connections: 1, ended: { outgoing_buffer: 1 } });
});

it('counts what it sends', async () => {
  const gateway = await startGateway({ limits: FAR, metrics: true });
  const members = [await member(gateway), await member(gateway)];
  const before = await figure(gateway, 'toporia_events_sent_total');
  gateway.broadcast('r', 'small', SMALL);
  gateway.broadcast('r', 'large', LARGE);
  await Promise.all(members.map((client) => client.next('large')));
  expect((await figure(gateway, 'toporia_events_sent_total')) - before).toBe(4);
});

it('does not trouble the engine with a small broadcast, unless somebody listens for each packet', async () => {
  const gateway = await startGateway({ limits: FAR, metrics: true });
  const client = await member(gateway);
  const engine = engineOf(gateway, client);
  let flushes = 0;
  engine.on('flush', () => flushes++);
  gateway.broadcast('r', 'one', SMALL);
  await client.next('one');
  expect(flushes).toBe(0);

  const packets: unknown[] = [];
  engine.on('packetCreate', ({ data }: EnginePacket) => packets.push(data));
  gateway.broadcast('r', 'two', SMALL);
  await client.next('two');
  expect(flushes).toBe(1);
  expect(packets).toEqual([expect.stringContaining('"two"')]);
});
