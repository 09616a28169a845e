import { describe, expect, it } from 'vitest';
import type { MessageMeta, Position } from '../../../src/protocol';
import type { Gateway } from '../../src/api';
import { MemoryRoomLog } from '../../src/log/memory-log';
import { gate, plain, SECRET, startGateway, type TestClient } from '../core/support';
import { BOUNDS, DistantLog, join, lose, sdkAs, short } from './support';

/** A gateway with a room whose rule takes its time. */
async function withSlowRoom() {
  const { open, opened } = gate();
  const asked = gate();
  const channels = {
    'private-slow': {
      anonymous: true as const,
      authorize: async () => {
        asked.open();
        await opened;
        return true;
      },
    },
  };
  return { gateway: await startGateway({}, { channels }), open, asked: asked.opened };
}

describe('between a join and its answer', () => {
  it.each(['sdk', 'plain'])('what is sent to a joined room waits for the answer: %s', async (dialect) => {
    const { gateway, open, asked } = await withSlowRoom();
    gateway.broadcast('r', 'before', 0);
    const a = dialect === 'sdk' ? await sdkAs(gateway, 'a') : await plain(gateway);
    a.socket.emit('join', { rooms: ['r', 'private-slow'] }, (reply: unknown) =>
      a.received.push(['ack', reply]),
    );
    await asked;
    gateway.broadcast('r', 'm', 1);
    gateway.broadcast('r', 'm', 2, { except: a.id });
    gateway.broadcast('r', 'm', 3);
    gateway.broadcast('r', 'typing.started', {});
    open();
    await a.ask('message');
    gateway.broadcast('r', 'm', 4);
    gateway.broadcast('r', 'end');
    const received = await a.before('end');
    const [[, ack]] = received as [[string, { results: { position: Position }[] }]];
    expect(short(received)).toEqual([
      ['ack', expect.anything()],
      ['m', 1],
      ['m', 3],
      ['m', 4],
    ]);
    // What comes after the position that it is told.
    expect(ack.results.map(({ position }) => position.offset)).toEqual([1, 0]);
    if (dialect === 'sdk') {
      expect(received.slice(1).map(([, , meta]) => (meta as MessageMeta).position?.offset)).toEqual([
        2, 4, 6,
      ]);
    }
  });

  it('what is sent to a room that is recovered is among what was missed, and not sent again', async () => {
    const { gateway, open, asked } = await withSlowRoom();
    const a = await sdkAs(gateway, 'a');
    const { position: start } = await join(a, 'r');
    await lose(gateway, a);
    gateway.broadcast('r', 'm', 1);
    const back = await sdkAs(gateway, 'a');
    const rooms = [{ room: 'r', since: start }, 'private-slow'];
    const answer = back.askAll('join', { rooms });
    await asked;
    gateway.broadcast('r', 'm', 2);
    open();
    const { results } = (await answer) as { results: { messages: unknown[][]; position: Position }[] };
    gateway.broadcast('r', 'm', 3);
    gateway.broadcast('r', 'end');
    expect(short(results[0]?.messages)).toEqual([
      ['m', 1],
      ['m', 2],
    ]);
    expect(results[0]?.position.offset).toBe(2);
    expect(short(await back.before('end'))).toEqual([['m', 3]]);
  });

  it('who was let in is among the members, and who comes meanwhile too', async () => {
    const { gateway, open, asked } = await withSlowRoom();
    const a = await plain(gateway);
    const ack = a.ask('join', { rooms: ['r', 'private-slow'] });
    await asked;
    expect((await gateway.channels()).map(({ name }) => name)).toEqual(['r']);
    open();
    expect(await ack).toMatchObject({ results: [{ room: 'r' }, { room: 'private-slow' }] });
  });

  it('an event in the same batch, by a handler, waits too', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('to all', () => void gateway.broadcast('r', 'm', 1));
    const a = await plain(gateway);
    a.log('batch', [
      ['join', 'r'],
      ['to all', 0],
      ['leave', 'r'],
      ['to all', 0],
      ['join', 'r'],
      ['to all', 0],
    ]);
    await a.next('ack');
    gateway.broadcast('r', 'end');
    expect(short(await a.before('end'))).toEqual([
      ['ack', expect.anything()],
      ['m', 1],
    ]);
  });

  it('whoever goes before the answer leaves nothing behind', async () => {
    const { gateway, open, asked } = await withSlowRoom();
    const a = await plain(gateway);
    a.socket.emit('join', { rooms: ['r', 'private-slow'] });
    await asked;
    await lose(gateway, a);
    open();
    gateway.broadcast('r', 'm', 1);
    expect(await gateway.channels()).toEqual([]);
    expect(gateway.io.sockets.adapter.rooms.size).toBe(0);
  });

  it('a join without an acknowledgement is a join like any other', async () => {
    const gateway = await startGateway();
    const a = await sdkAs(gateway, 'a');
    a.socket.emit('join', 'r');
    await a.ask('message');
    gateway.broadcast('r', 'm', 1);
    expect(short([await a.next('m')])).toEqual([['m', 1]]);
  });

  it('a program that takes a client into a room lets it hear at once', async () => {
    const gateway = await startGateway();
    gateway.of('/').on('enter', (_data, context) => {
      context.join('r');
      gateway.broadcast('r', 'm', 1);
    });
    const a = await plain(gateway);
    a.log('enter');
    await a.next('ack');
    expect(short(a.received)).toEqual([
      ['m', 1],
      ['ack', { status: 'ok' }],
    ]);
  });
});

describe('with a log that answers later', () => {
  async function withDistantLog() {
    const log = new DistantLog(new MemoryRoomLog(BOUNDS, () => 0));
    return { log, gateway: await startGateway({}, { log }) };
  }

  /** Sends numbers, one each turn of the event loop, until told to stop. */
  function stream(gateway: Gateway, room: string) {
    let sent = 0;
    let goesOn = true;
    const done = (async () => {
      while (goesOn) {
        sent += 1;
        gateway.broadcast(room, 'm', sent);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    return {
      async stop() {
        goesOn = false;
        await done;
        return sent;
      },
    };
  }

  const turns = async (count: number) => {
    for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
  };

  it.each([
    ['reading', 7, 0],
    ['writing', 0, 7],
    ['both', 5, 9],
  ])('every message comes once and in order, whatever takes its time: %s', async (_what, read, append) => {
    const { log, gateway } = await withDistantLog();
    log.onRead = () => turns(read);
    log.onAppend = () => turns(append);
    const first = await sdkAs(gateway, 'a');
    let { position: since } = await join(first, 'r');
    const numbers: number[] = [];
    let client = first;
    const sending = stream(gateway, 'r');
    const note = (messages: readonly unknown[][]) => {
      for (const [event, data, meta] of messages) {
        if (event !== 'm') continue;
        numbers.push(data as number);
        since = (meta as MessageMeta).position as Position;
      }
    };
    for (let round = 0; round < 5; round++) {
      await client.ask('message');
      await lose(gateway, client);
      note(client.received);
      await turns(4 * round);
      client = await sdkAs(gateway, 'a');
      const answer = await join(client, 'r', { since });
      expect(answer.recovered).toBe(true);
      note(answer.messages ?? []);
    }
    const sent = await sending.stop();
    while (numbers.length + client.received.length < sent) await client.ask('message');
    note(client.received);
    expect(numbers).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
  });

  it('a new member hears all that comes after the position that it is told', async () => {
    const { log, gateway } = await withDistantLog();
    log.onRead = () => turns(6);
    log.onAppend = () => turns(3);
    const sending = stream(gateway, 'r');
    await turns(5);
    const a: TestClient = await sdkAs(gateway, 'a');
    const { position } = await join(a, 'r');
    await turns(20);
    const sent = await sending.stop();
    while (a.received.length < sent - position.offset) await a.ask('message');
    expect(a.received.map(([, data]) => data)).toEqual(
      Array.from({ length: sent - position.offset }, (_, index) => position.offset + 1 + index),
    );
  });

  it('one that fails costs the positions, not the messages nor the joins', async () => {
    const failed: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void failed.push(details),
    };
    const log = new DistantLog(new MemoryRoomLog(BOUNDS, () => 0));
    const gateway = await startGateway({ jwt_secret: SECRET }, { log, logger });
    const fail = () => Promise.reject(new Error('no log'));
    log.onRead = fail;
    const a = await sdkAs(gateway, 'a');
    expect(await join(a, 'r')).toEqual({ room: 'r' });
    expect(await join(a, 's', { since: { epoch: 'x', offset: 1 } })).toEqual({ room: 's', recovered: false });
    log.onAppend = fail;
    gateway.broadcast('r', 'm', 1);
    gateway.broadcast('nobody', 'm', 1, { namespace: '/empty' });
    expect((await a.next('m'))[2]).not.toHaveProperty('position');
    expect(failed).toHaveLength(4);
  });
});
