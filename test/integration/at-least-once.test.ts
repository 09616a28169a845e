import { describe, expect, it, onTestFinished } from 'vitest';
import type { RealtimeError, RealtimeOptions } from '../../src';
import { APP, startAuthEndpoint } from '../support/auth-endpoint';
import { logOf } from '../support/event-log';
import { cut, next, open, SOON, startGateway, TRANSPORTS, unusedPort } from '../support/realtime-pair';

const ONCE_OR_MORE = { delivery: 'at-least-once' } as const;
type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** The gateway gets an event of that name and deals with it, and its answer never arrives. */
function loseAnswerTo(gateway: Gateway, event: string): void {
  const { io } = gateway.gateway;
  for (const { conn } of io.sockets.sockets.values()) {
    const lose = ({ data }: { data?: unknown }) => {
      if (!String(data).includes(`["${event}"`)) return;
      conn.off('packet', lose);
      gateway.freeze();
      setImmediate(() => {
        gateway.dropConnections();
        gateway.unfreeze();
      });
    };
    // Before the gateway's own.
    conn.prependListener('packet', lose);
  }
}

describe.each(TRANSPORTS)('what is sent at least once, over %s', (transport) => {
  const over: RealtimeOptions = { transports: [transport], ...SOON };

  async function pair(options: RealtimeOptions = {}) {
    const gateway = await startGateway();
    const realtime = open(gateway.url, { ...over, ...options });
    const other = open(gateway.url, over);
    const [room] = await Promise.all([realtime.join('news'), other.join('news')]);
    return { gateway, realtime, other, room };
  }

  it('pain 05: arrives once when its answer was lost, in its place among what was sent before and after', async () => {
    const { gateway, room, other } = await pair();
    const log = logOf(other, 'note');
    loseAnswerTo(gateway, 'lost');
    other.on('lost', (data) => log.note('note', data));
    const sent = [
      room.request('note', 1, ONCE_OR_MORE),
      room.request('lost', 2, ONCE_OR_MORE),
      room.request('note', 3, ONCE_OR_MORE),
    ];
    expect(await Promise.all(sent)).toEqual(Array(3).fill({ status: 'ok' }));
    await room.request('note', 4);
    await log.until('note', 4);
    await other.request('marker');
    expect(log.values('note')).toEqual([1, 2, 3, 4]);
  });

  it('pain 05: is handled once by a handler of the gateway, and answered as the first time', async () => {
    const { gateway, realtime } = await pair();
    const handled: unknown[] = [];
    gateway.of('/').on('save', (data) => handled.push(data));
    loseAnswerTo(gateway, 'save');
    expect(await realtime.request('save', 'draft', ONCE_OR_MORE)).toBe(1);
    expect(handled).toEqual(['draft']);
  });

  it('is heard once when the gateway has forgotten it in a restart', async () => {
    const { gateway, realtime, room, other } = await pair({
      reconnectionDelay: 1e8,
      reconnectionDelayMax: 1e8,
    });
    const wire: unknown[] = [];
    other.getSocket().on('note', (data) => wire.push(data));
    const logs = [logOf(other, 'note'), logOf(other.channel('news'), 'note')];
    const conn = gateway.gateway.io.sockets.sockets.get(realtime.getId() ?? '')?.conn;
    // Nothing that the gateway says arrives any more.
    if (conn) Object.assign(conn.transport, { send: () => {} });
    const sent = room.request('note', 1, { ...ONCE_OR_MORE, timeout: 60_000 });
    await logs[0]?.until('note');
    const back = next(other, 'reconnected');
    await gateway.restart();
    await back;
    realtime.reconnect();
    expect(await sent).toEqual({ status: 'ok' });
    await room.request('note', 2);
    for (const log of logs) {
      await log.until('note', 2);
      expect(log.values('note')).toEqual([1, 2]);
    }
    expect(wire).toEqual([1, 1, 2]);
  });

  it('comes complete, in order and once, in both directions, while the connection is cut all the time', async () => {
    const { gateway, realtime, room, other } = await pair(ONCE_OR_MORE);
    const log = logOf(other, 'note');
    const back = logOf(realtime, 'reply', 'gap', 'error', 'disconnected');
    const answers: Promise<unknown>[] = [];
    let last = 0;
    for (let round = 0; round < 10; round++) {
      for (let count = 0; count < 15; count++) {
        last++;
        // Every third by emit(), of which nobody is told the answer.
        if (last % 3) answers.push(room.request('note', last, { timeout: 60_000 }));
        else room.emit('note', last);
        if (count % 5 === 0) await other.channel('news').request('reply', last, ONCE_OR_MORE);
        const isThere = gateway.gateway.io.sockets.sockets.has(realtime.getId() ?? '');
        if (count === round && isThere) cut(gateway, realtime);
      }
      while (!realtime.isConnected()) await next(realtime, 'connected');
    }
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ status: 'ok' })));
    await room.request('note', 'end');
    await log.until('note', last + 1);
    const numbers = Array.from({ length: last }, (_, index) => index + 1);
    expect(log.values('note')).toEqual([...numbers, 'end']);
    await realtime.request('marker');
    expect(back.values('reply')).toEqual(numbers.filter((number) => number % 5 === 1));
    expect(back.names.filter((name) => /gap|error/.test(name))).toEqual([]);
    expect(back.values('disconnected').length).toBeGreaterThan(5);
  });

  it('at most once ends with connection_lost, is not repeated, and may have arrived', async () => {
    const { gateway, room, other, realtime } = await pair();
    const log = logOf(other, 'note');
    loseAnswerTo(gateway, 'note');
    const error = (await room.request('note', 1).catch((thrown: unknown) => thrown)) as RealtimeError;
    expect([error.code, error.maybeSent]).toEqual(['connection_lost', true]);
    await next(realtime, 'reconnected');
    await room.request('note', 2);
    await log.until('note', 2);
    expect(log.values('note')).toEqual([1, 2]);
  });

  it('pain 18: the queue outlives sockets and failed tries, and is sent once, in order', async () => {
    const port = await unusedPort();
    const realtime = open(`http://127.0.0.1:${port}`, over);
    const failed = logOf(realtime, 'connect_error');
    realtime.emit('note', 1);
    const kept = realtime.request('note', 2, { ...ONCE_OR_MORE, timeout: 60_000 });
    await failed.until('connect_error', 2);
    realtime.emit('note', 3);
    realtime.reconnect();
    realtime.emit('note', 4);
    const gateway = await startGateway({ port });
    const notes: unknown[] = [];
    gateway.of('/').on('note', (data) => notes.push(data));
    expect(await kept).toBe(2);
    await realtime.request('note', 5);
    cut(gateway, realtime);
    await next(realtime, 'disconnected');
    realtime.emit('note', 6);
    await realtime.request('note', 7);
    expect(notes).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a message to a room that is still being authorized', () => {
  it('waits for the join, which nobody awaited, and goes out then; others are not held up', async () => {
    const gateway = await startGateway(APP);
    let authorize = () => {};
    const authorized = new Promise<void>((resolve) => {
      authorize = resolve;
    });
    const signing = await startAuthEndpoint();
    const endpoint = await startAuthEndpoint(async ({ socketId, room }) => {
      await authorized;
      const body = new URLSearchParams({ socket_id: socketId, channel_name: room });
      return [200, await (await fetch(signing.url, { method: 'POST', body })).text()];
    });
    onTestFinished(() => authorize());
    const other = open(gateway.url, { authEndpoint: signing.url });
    await Promise.all([other.join('private.orders'), other.join('news')]);
    const log = logOf(other, 'order.placed', 'note');

    const realtime = open(gateway.url, { authEndpoint: endpoint.url });
    await realtime.join('news');
    const errors = logOf(realtime, 'error');
    const joined = realtime.join('private.orders');
    realtime.emit('order.placed', { room: 'private.orders', number: 5 });
    const answer = realtime.channel('private.orders').request('order.placed', 6);
    await realtime.channel('news').request('note', 1);
    await log.until('note');
    authorize();
    await joined;
    expect(await answer).toEqual({ status: 'ok' });
    await log.until('order.placed', 2);
    expect(log.entries.map(([name, data]) => [name, data])).toEqual([
      ['note', 1],
      ['order.placed', { room: 'private.orders', number: 5 }],
      ['order.placed', 6],
    ]);
    expect(errors.entries).toEqual([]);
  });
});

describe('a gateway with batches', () => {
  it('gives each message of a batch its own answer, and the others each message, in order', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('double', (data) => Number(data) * 2);
    const realtime = open(gateway.url, { ...SOON, batch: { interval: 5 } });
    const other = open(gateway.url);
    const [room] = await Promise.all([realtime.join('news'), other.join('news')]);
    await realtime.request('marker');
    const packets: string[] = [];
    for (const { conn } of gateway.gateway.io.sockets.sockets.values()) {
      conn.on('packet', ({ data }: { data?: unknown }) => packets.push(String(data)));
    }
    const log = logOf(other, 'note');
    const answers = await Promise.all([
      ...Array.from({ length: 30 }, (_, index) => room.request('note', index, ONCE_OR_MORE)),
      realtime.request('double', 21),
      realtime.request('note', { bytes: new Uint8Array([1, 2]) }),
    ]);
    expect(answers).toEqual([...Array(30).fill({ status: 'ok' }), 42, { status: 'ok' }]);
    await log.until('note', 31);
    expect(log.values('note').slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(log.values('note')[30]).toEqual({ bytes: Buffer.from([1, 2]) });
    expect(packets.filter((packet) => packet.includes('"batch"'))).toHaveLength(1);
    expect(packets.filter((packet) => packet.includes('["note"') && !packet.includes('"batch"'))).toEqual([]);
  });
});
