import { Adapter } from 'socket.io-adapter';
import { describe, expect, it } from 'vitest';
import type { MessageMeta } from '../../../src/protocol';
import { plain, SECRET, sdk, startGateway, token, user } from '../core/support';
import { join, lose, sdkAs, short } from './support';

const position = (offset: number) => ({ epoch: expect.any(String), offset });
const offsetsOf = (messages: readonly unknown[][] = []) =>
  messages.map(([, , meta]) => (meta as MessageMeta).position?.offset);

describe('a join with since', () => {
  it('gets all that came while the client was away, in order, and goes on from there', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await sdkAs(gateway, 'b')];
    const { position: start } = await join(a, 'r');
    expect(start).toEqual(position(0));
    await join(b, 'r');
    gateway.broadcast('r', 'one', 1);
    const [, , meta] = (await a.next('one')) as [string, unknown, MessageMeta];
    expect(meta.position).toEqual({ ...start, offset: 1 });
    await lose(gateway, a);
    gateway.broadcast('r', 'two', { n: 2 });
    await b.ask('three', 3);
    const back = await sdkAs(gateway, 'a');
    const answer = await join(back, 'r', { since: meta.position });
    gateway.broadcast('r', 'four', 4);
    expect(answer).toEqual({
      room: 'r',
      recovered: true,
      position: { ...start, offset: 3 },
      messages: [
        [
          'two',
          { n: 2 },
          {
            channel: 'r',
            id: expect.any(String),
            timestamp: expect.any(Number),
            position: { ...start, offset: 2 },
          },
        ],
        [
          'three',
          3,
          expect.objectContaining({ position: { ...start, offset: 3 }, sender: { user_id: b.id } }),
        ],
      ],
    });
    expect(await back.next('four')).toEqual([
      'four',
      4,
      expect.objectContaining({ position: { ...start, offset: 4 } }),
    ]);
    expect(back.received).toHaveLength(1);
    // Any number of times.
    await lose(gateway, back);
    gateway.broadcast('r', 'five');
    const again = await join(await sdkAs(gateway, 'a'), 'r', { since: { ...start, offset: 4 } });
    expect(short(again.messages)).toEqual([['five', null]]);
  });

  it('leaves out what the client sent itself, and what it was left out of, though its socket is gone', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await sdkAs(gateway, 'b')];
    const { position: start } = await join(a, 'r');
    await join(b, 'r');
    await a.ask('mine', 1);
    await b.ask('theirs', 2);
    gateway.broadcast('r', 'to others', 3, { except: a.id });
    await lose(gateway, a);
    gateway.broadcast('r', 'to others', 4, { except: [b.id, a.id] });
    gateway.broadcast('r', 'to all', 5);
    const back = await sdkAs(gateway, 'a');
    const answer = await join(back, 'r', { since: start });
    expect(short(answer.messages)).toEqual([
      ['theirs', 2],
      ['to all', 5],
    ]);
    expect(offsetsOf(answer.messages)).toEqual([2, 5]);
    expect(answer.position.offset).toBe(5);
    expect(short((await join(await sdkAs(gateway, 'c'), 'r', { since: start })).messages)).toHaveLength(5);
  });

  it('works for each room of a list, for a room by subscribe, and for plain clients', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const starts = [];
    for (const room of ['one', 'two', 'three']) starts.push((await join(a, room)).position);
    const [one, two, three] = starts;
    await lose(gateway, a);
    gateway.broadcast('one', 'm', 1);
    gateway.broadcast('two', 'm', 2);
    const back = await plain(gateway);
    const since = { epoch: 'another', offset: 0 };
    const asked = [
      { room: 'one', since: one },
      { room: 'two', since },
      { room: 'three', since: three },
      'four',
      { room: 'five', since: 7 },
    ];
    const { results } = (await back.askAll('join', { rooms: asked })) as {
      results: { messages?: unknown[][] }[];
    };
    expect(results).toEqual([
      {
        room: 'one',
        recovered: true,
        position: { ...one, offset: 1 },
        messages: [['m', 1, expect.objectContaining({ channel: 'one' })]],
      },
      { room: 'two', recovered: false, position: { ...two, offset: 1 } },
      { room: 'three', recovered: true, position: three, messages: [] },
      { room: 'four', position: position(0) },
      { room: 'five', error: { code: 'invalid_payload', message: expect.stringContaining('since') } },
    ]);
    const again = await plain(gateway);
    expect(await again.askAll('subscribe', { channel: 'one', since: one })).toEqual({
      channel: 'one',
      subscribed: true,
      recovered: true,
      position: { ...one, offset: 1 },
      messages: results[0]?.messages,
    });
  });

  it('tells of a part that is gone, and of nothing then', async () => {
    const gateway = await startGateway({ limits: { room_log_messages: 2 } });
    const a = await sdkAs(gateway, 'a');
    const { position: start } = await join(a, 'r');
    await lose(gateway, a);
    for (let n = 0; n < 3; n++) gateway.broadcast('r', 'm', n);
    const back = await sdkAs(gateway, 'a');
    expect(await join(back, 'r', { since: start })).toEqual({
      room: 'r',
      recovered: false,
      position: { ...start, offset: 3 },
    });
    expect(await join(back, 'r', { since: { ...start, offset: 9 } })).toMatchObject({ recovered: false });
  });

  it('tells of nothing where it would be too much at once, room by room', async () => {
    const gateway = await startGateway({ limits: { history_burst: 4_000, history_bytes_per_second: 1 } });
    const a = await sdkAs(gateway, 'a');
    const starts = [
      (await join(a, 'small')).position,
      (await join(a, 'large')).position,
      (await join(a, 'other')).position,
    ];
    await lose(gateway, a);
    gateway.broadcast('small', 'm', 'x'.repeat(2_000));
    gateway.broadcast('large', 'm', 'x'.repeat(3_000));
    gateway.broadcast('other', 'm', 'x'.repeat(1_000));
    const rooms = ['small', 'large', 'other'].map((room, n) => ({ room, since: starts[n] }));
    const { results } = (await (await sdkAs(gateway, 'a')).askAll('join', { rooms })) as {
      results: { recovered: boolean; messages?: unknown[] }[];
    };
    expect(results.map(({ recovered, messages }) => [recovered, messages?.length])).toEqual([
      [true, 1],
      [false, undefined],
      [true, 1],
    ]);
  });

  it('keeps binary data, further arguments, and what a program has changed since', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await plain(gateway)];
    const { position: start } = await join(a, 'r');
    await join(b, 'r');
    await lose(gateway, a);
    const data = {
      text: 'before',
      bytes: Buffer.from([1, 2, 3]),
      nested: [{ view: new Uint16Array([258]) }],
    };
    gateway.broadcast('r', 'binary', data);
    const plainData = { text: 'before' };
    gateway.broadcast('r', 'text', plainData);
    plainData.text = 'after';
    data.bytes[0] = 9;
    await b.ask('several', 1, 'two', [3]);
    await b.ask('nothing');
    const { messages } = await join(await sdkAs(gateway, 'a'), 'r', { since: start });
    const meta = expect.objectContaining({ channel: 'r' });
    expect(messages).toEqual([
      [
        'binary',
        { text: 'before', bytes: Buffer.from([1, 2, 3]), nested: [{ view: Buffer.from([2, 1]) }] },
        meta,
      ],
      ['text', { text: 'before' }, meta],
      ['several', 1, meta, 'two', [3]],
      ['nothing', null, meta],
    ]);
  });

  it('does not take data that looks like an attachment for one, nor let it end the connection', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await plain(gateway)];
    const { position: start } = await join(a, 'r');
    await join(b, 'r');
    await lose(gateway, a);
    await b.ask('posing', { _placeholder: true, num: 0, text: 'x' });
    await b.ask('breaking', [{ _placeholder: true, num: 99 }]);
    const alone = await join(await sdkAs(gateway, 'a'), 'r', { since: start });
    expect(short(alone.messages)).toEqual([
      ['posing', { _placeholder: true, num: 0, text: 'x' }],
      ['breaking', [{ _placeholder: true, num: 99 }]],
    ]);
    await b.ask('binary', { bytes: Buffer.from([1]), text: '"_placeholder":true' });
    const back = await sdkAs(gateway, 'a');
    const mixed = await join(back, 'r', { since: start });
    expect(short(mixed.messages)).toEqual([
      ['posing', { num: 0, text: 'x' }],
      ['breaking', [{ num: 99 }]],
      ['binary', { bytes: Buffer.from([1]), text: '"_placeholder":true' }],
    ]);
    expect(await back.ask('fine')).toEqual({ status: 'ok' });
  });

  it('is told only after admission', async () => {
    let allowed = true;
    const gateway = await startGateway({ jwt_secret: SECRET }, { channels: { 'private-x': () => allowed } });
    const a = await user(gateway, 7);
    const { position: start } = await join(a, 'private-x');
    expect(start).toEqual(position(0));
    gateway.broadcast('private-x', 'secret', 1);
    await lose(gateway, a);
    allowed = false;
    const back = await user(gateway, 7);
    const asked = { since: start, rewind: 5 };
    expect(await join(back, 'private-x', asked)).toEqual({
      room: 'private-x',
      error: expect.objectContaining({ code: 'forbidden' }),
    });
    expect(await join(back, 'user.8', asked)).toEqual({
      room: 'user.8',
      error: expect.objectContaining({ code: 'forbidden' }),
    });
  });

  it('tells nothing where the client is out of the room again before the answer', async () => {
    const gateway = await startGateway();
    const a = await sdkAs(gateway, 'a');
    const { position: start } = await join(a, 'r');
    gateway.broadcast('r', 'm', 1);
    await lose(gateway, a);
    const back = await sdkAs(gateway, 'a');
    const batch = [
      ['join', { room: 'r', since: start }],
      ['leave', 'r'],
    ];
    expect(await back.askAll('batch', batch)).toMatchObject({
      results: [{ room: 'r', recovered: false }, { room: 'r' }],
    });
    gateway.broadcast('r', 'm', 2);
    const both = [...batch, ['join', { room: 'r', since: start }]];
    const { results } = (await back.askAll('batch', both)) as { results: { messages: unknown[][] }[] };
    expect(short(results[2]?.messages)).toEqual([
      ['m', 1],
      ['m', 2],
    ]);
    gateway.broadcast('r', 'end', 3);
    expect(short(await back.before('end'))).toEqual([]);
  });

  it('of a room that the client is in already is answered all the same', async () => {
    const gateway = await startGateway();
    const a = await sdkAs(gateway, 'a');
    const { position: start } = await join(a, 'r');
    gateway.broadcast('r', 'm', 1);
    expect(short((await join(a, 'r', { since: start })).messages)).toEqual([['m', 1]]);
    gateway.broadcast('r', 'm', 2);
    gateway.broadcast('r', 'end');
    expect(short(await a.before('end'))).toEqual([
      ['m', 1],
      ['m', 2],
    ]);
  });
});

describe('a join with rewind', () => {
  it('gets the last messages, the own ones among them, and what comes after', async () => {
    const gateway = await startGateway();
    const a = await sdkAs(gateway, 'a');
    await join(a, 'r');
    for (let n = 1; n <= 4; n++) await a.ask('m', n);
    const back = await sdkAs(gateway, 'a');
    const answer = await join(back, 'r', { rewind: 3 });
    gateway.broadcast('r', 'end');
    expect(short(answer.messages)).toEqual([
      ['m', 2],
      ['m', 3],
      ['m', 4],
    ]);
    expect(offsetsOf(answer.messages)).toEqual([2, 3, 4]);
    expect(answer).not.toHaveProperty('recovered');
    expect(answer.position).toEqual(position(4));
    expect(await back.before('end')).toEqual([]);
    expect((await join(back, 'r', { rewind: 0 })).messages).toEqual([]);
    expect((await join(back, 'r', { rewind: 1_000_000 })).messages).toHaveLength(5);
    expect((await join(back, 'never', { rewind: 5 })).messages).toEqual([]);
  });

  it('gets what nobody was there to hear', async () => {
    const gateway = await startGateway();
    gateway.broadcast('r', 'm', 1);
    gateway.broadcast('r', 'm', 2, { namespace: '/chat' });
    expect(short((await join(await plain(gateway), 'r', { rewind: 9 })).messages)).toEqual([['m', 1]]);
    expect(short((await join(await plain(gateway, '/chat'), 'r', { rewind: 9 })).messages)).toEqual([
      ['m', 2],
    ]);
  });

  it('gets fewer where they are too much at once', async () => {
    const gateway = await startGateway({ limits: { history_burst: 4_000, history_bytes_per_second: 0 } });
    for (let n = 0; n < 9; n++) gateway.broadcast('r', 'm', `${n}${'x'.repeat(1_500)}`);
    const { messages } = await join(await plain(gateway), 'r', { rewind: 9 });
    expect(messages?.map(([, data]) => (data as string)[0])).toEqual(['7', '8']);
  });

  it('gives way to since', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const { position: start } = await join(a, 'r');
    for (let n = 0; n < 3; n++) gateway.broadcast('r', 'm', n);
    const both = await join(a, 'r', { since: { ...start, offset: 2 }, rewind: 3 });
    expect(both).toMatchObject({ recovered: true, messages: [['m', 2, {}]] });
  });
});

describe('what is wrong', () => {
  it.each([
    { since: 7 },
    { since: 'x' },
    { since: [] },
    { since: {} },
    { since: { epoch: 'x' } },
    { since: { epoch: '', offset: 0 } },
    { since: { epoch: 'x'.repeat(65), offset: 0 } },
    { since: { epoch: 1, offset: 0 } },
    { since: { epoch: 'x', offset: -1 } },
    { since: { epoch: 'x', offset: 1.5 } },
    { since: { epoch: 'x', offset: '1' } },
    { since: { epoch: 'x', offset: 2 ** 53 } },
    { rewind: -1 },
    { rewind: 1.5 },
    { rewind: '5' },
    { rewind: true },
    { rewind: { n: 5 } },
    { rewind: 'x', since: { epoch: 'x', offset: 1 } },
  ])('%j is said to be', async (details) => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    const name = Object.keys(details)[0] as string;
    expect(await join(a, 'r', details)).toEqual({
      room: 'r',
      error: { code: 'invalid_payload', message: expect.stringContaining(`${name} must be`) },
    });
    expect(await gateway.channels()).toEqual([]);
  });

  it('is nothing that is null', async () => {
    const a = await plain(await startGateway());
    expect(await join(a, 'r', { since: null, rewind: null })).toEqual({ room: 'r', position: position(0) });
  });
});

describe('a room log', () => {
  it('gives a message to several rooms a place in each, under one id', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await sdkAs(gateway, 'b')];
    gateway.broadcast('two', 'first');
    const starts = [];
    for (const room of ['one', 'two']) {
      await join(a, room);
      starts.push((await join(b, room)).position);
    }
    await a.ask('m', 1);
    gateway.broadcast('two', 'end');
    const metas = (await b.before('end')).map(([, , meta]) => meta as MessageMeta);
    expect(metas.map((meta) => [meta.channel, meta.position])).toEqual([
      ['one', { ...starts[0], offset: 1 }],
      ['two', { ...starts[1], offset: 2 }],
    ]);
    expect(metas[0]?.id).toBe(metas[1]?.id);
  });

  it('holds neither what is volatile nor what a roster tells', async () => {
    const gateway = await startGateway();
    const [a, b] = [await sdkAs(gateway, 'a'), await sdkAs(gateway, 'b')];
    const { position: start } = await join(a, 'presence-r');
    await join(b, 'presence-r');
    await b.ask('typing.started', { user: 'b', room: 'presence-r' });
    await b.ask('client-look', 1);
    await b.ask('presence.update', { room: 'presence-r', user_info: 'new' });
    gateway.broadcast('presence-r', 'typing.stopped', { user: 'b' });
    gateway.broadcast('presence-r', 'user.left', { user_id: 'x' });
    await b.ask('kept', 2);
    const heard = await a.next('kept');
    expect((heard[2] as MessageMeta).position).toEqual({ ...start, offset: 1 });
    const unlogged = (await a.before('kept')).map(([, , meta]) => (meta as MessageMeta).position);
    expect(unlogged).toHaveLength(6);
    expect(new Set(unlogged)).toEqual(new Set([undefined]));
    expect(short((await join(a, 'presence-r', { since: start })).messages)).toEqual([['kept', 2]]);
  });

  it('adds nothing to what plain clients hear', async () => {
    const gateway = await startGateway();
    const a = await plain(gateway);
    await join(a, 'r');
    gateway.broadcast('r', 'm', { n: 1 });
    expect(await a.next('m')).toEqual(['m', { n: 1 }]);
  });

  it('can be off, which is told', async () => {
    const gateway = await startGateway({ room_log: false });
    const a = await sdk(gateway);
    expect(await a.askAll('toporia:hello')).toMatchObject({
      features: expect.not.arrayContaining(['recovery']),
    });
    expect(await join(a, 'r')).toEqual({ room: 'r' });
    gateway.broadcast('r', 'm', 1);
    expect(await a.next('m')).toEqual([
      'm',
      1,
      { channel: 'r', id: expect.any(String), timestamp: expect.any(Number) },
    ]);
    const since = { epoch: 'x', offset: 1 };
    expect(await join(a, 'r', { since })).toEqual({ room: 'r', recovered: false });
    expect(await join(a, 'r', { rewind: 3 })).toEqual({ room: 'r', messages: [] });
    expect(await join(a, 'r', { rewind: -3 })).toMatchObject({ error: { code: 'invalid_payload' } });
    expect(gateway.stats().room_log).toEqual({ rooms: 0, messages: 0, bytes: 0 });
  });

  it('is off where other gateways may send to its rooms, which is said', async () => {
    const warned: string[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (_details: object, text: string) => void warned.push(text),
    };
    const gateway = await startGateway({ socketio: { adapter: Adapter } }, { logger });
    const a = await plain(gateway);
    expect(await join(a, 'r', { since: { epoch: 'x', offset: 0 } })).toEqual({ room: 'r', recovered: false });
    gateway.broadcast('r', 'm', 1);
    expect(await a.next('m')).toEqual(['m', 1]);
    expect(warned).toEqual([expect.stringContaining('room logs are off')]);
  });

  it('is told by the hello, and counted in the figures', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const a = await sdk(gateway, '/', { token: await token({ sub: 7 }) });
    expect(await a.askAll('toporia:hello')).toMatchObject({
      features: expect.arrayContaining(['recovery', 'dedupe']),
    });
    gateway.broadcast('r', 'm', 'x'.repeat(1_000));
    gateway.broadcast('s', 'm', 1);
    expect(gateway.stats().room_log).toMatchObject({ rooms: 2, messages: 2 });
    expect(gateway.stats().room_log.bytes).toBeGreaterThan(1_000);
  });

  it('is another after a restart', async () => {
    const before = await startGateway();
    const { position: start } = await join(await plain(before), 'r');
    const after = await startGateway();
    expect(await join(await plain(after), 'r', { since: start })).toMatchObject({ recovered: false });
  });
});
