// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { eachJoined } from './joined-page';
import type { Peer } from './mock-gateway';
import { loadPage } from './page';
import { expectHears, quiet, told } from './sanity';

const ToporiaRealtime = loadPage();

const at = (offset: number, epoch = 'e') => ({ epoch, offset });
const logged = (offset: number, channel = 'news') => [
  'note',
  offset,
  { channel, id: `${channel}-${offset}`, position: at(offset) },
];

describe('a gateway with logs whose answers are odd', () => {
  const here = eachJoined(ToporiaRealtime);

  async function greet(peer: Peer, more: object = {}): Promise<void> {
    await peer.answer('toporia:hello', {
      protocol: 1,
      features: ['rooms', 'recovery', 'dedupe'],
      ...more,
    });
    await quiet(here.page, peer);
  }

  /** Two rooms and a user, all with positions; the connection is lost and there is another. */
  async function back(greeting: object = {}) {
    const { page, peer, gateway } = here;
    const { realtime, clock } = page;
    await greet(peer, greeting);
    const joined = realtime.join('other');
    await peer.answer('join', { room: 'other', position: at(1) });
    await joined;
    peer.send(`42${JSON.stringify(logged(1))}`);
    await quiet(page, peer);
    const log: unknown[] = [];
    realtime.on('note', (data, { channel }) => log.push(`${channel} ${data}`));
    realtime.on('gap', ({ channel, reason }) => log.push(`${channel} ${reason}`));
    realtime.on('reconnected', () => log.push('reconnected'));
    peer.close();
    const { delay } = await told(realtime, 'reconnecting');
    clock.advance(delay);
    const next = await gateway.welcome('b');
    return { realtime, clock, log, peer: next };
  }

  /** The rooms of the next list, and what answers it. */
  async function list(peer: Peer) {
    const packet = await peer.packet(/^42\d+\["join",\{"rooms"/);
    const [, id, body] = /^42(\d+)(.*)$/.exec(packet) as unknown as [string, string, string];
    const [, { rooms }] = JSON.parse(body) as [string, { rooms: object[] }];
    return { rooms, answer: (reply: unknown) => peer.send(`43${id}${JSON.stringify([reply])}`) };
  }

  it('is asked for all rooms and the user at once, each from where it was', async () => {
    const { peer, log, realtime } = await back({ user: { channel: 'user.7', position: at(4) } });
    const { rooms, answer } = await list(peer);
    expect(rooms).toEqual([
      { room: 'user.7', since: at(4) },
      { room: 'news', since: at(1) },
      { room: 'other', since: at(1) },
    ]);
    peer.send(`42${JSON.stringify(logged(6, 'user.7'))}`, `42${JSON.stringify(logged(3))}`);
    await quiet(here.page, peer);
    expect(log).toEqual([]);
    answer({
      results: [
        { room: 'user.7', recovered: true, position: at(5), messages: [logged(5, 'user.7')] },
        { room: 'news', recovered: true, position: at(2), messages: [logged(2)] },
        { room: 'other', recovered: true, position: at(1), messages: [] },
      ],
    });
    await quiet(here.page, peer);
    expect(log).toEqual(['user.7 5', 'user.7 6', 'news 2', 'news 3', 'reconnected']);
    expect(realtime.getRooms()).toEqual(['news', 'other']);
    expect(peer.count(/"join"/)).toBe(0);
  });

  it('tells a user nothing more once a handler has ended the connection', async () => {
    const { peer, log, realtime } = await back({ user: { channel: 'user.7', position: at(4) } });
    const { answer } = await list(peer);
    const ended = told(realtime, 'disconnected');
    realtime.on('note', () => realtime.disconnect());
    const messages = [logged(5, 'user.7'), logged(6, 'user.7')];
    answer({ results: [{ room: 'user.7', recovered: true, position: at(6), messages }] });
    await ended;
    expect(log).toEqual(['user.7 5']);
  });

  it('gives no list of results: each room is asked for by itself', async () => {
    const { peer, log } = await back();
    (await list(peer)).answer({ results: 'none' });
    await peer.answer('join', { room: 'news', recovered: true, position: at(2), messages: [logged(2)] });
    await peer.answer('join', { room: 'other', recovered: true, position: at(1) });
    await quiet(here.page, peer);
    expect(log).toEqual(['news 2', 'reconnected']);
  });

  it('answers for one room alone: the other is asked for by itself', async () => {
    const { peer, log } = await back();
    (await list(peer)).answer({ results: [{ room: 'news', recovered: false, position: at(9) }] });
    await peer.answer('join', { room: 'other', recovered: true, position: at(1) });
    await quiet(here.page, peer);
    expect(log).toEqual(['news expired', 'reconnected']);
  });

  it('refuses the list as a whole: each room is asked for by itself, but one that was left', async () => {
    const { peer, log, realtime } = await back();
    const { answer } = await list(peer);
    const left = realtime.leave('other');
    await peer.answer('leave', { room: 'other' });
    await left;
    answer({ error: { code: 'limit', message: 'too long' } });
    await peer.answer('join', { room: 'news', recovered: true, position: at(2), messages: [logged(2)] });
    await quiet(here.page, peer);
    expect(log).toEqual(['news 2', 'reconnected']);
    expect(peer.count(/"join"/)).toBe(0);
  });

  it('finds that the list came too fast: it comes again, as one, after the time that was told', async () => {
    const { peer, log, clock, realtime } = await back();
    const first = await list(peer);
    realtime.channel('news').emit('held', 1);
    realtime.emit('for all', 1);
    first.answer({ error: { code: 'rate_limited', message: 'slow down', retry_after: 700 } });
    await quiet(here.page, peer);
    realtime.channel('news').emit('held', 2);
    clock.advance(699);
    await quiet(here.page, peer);
    expect(peer.count(/"join"/)).toBe(0);
    clock.advance(1);
    const again = await list(peer);
    expect(again.rooms).toEqual(first.rooms);
    await quiet(here.page, peer);
    expect(peer.events.slice(-6)).toEqual(['for all', 'marker', 'marker', 'join', 'held', 'marker']);
    again.answer({
      results: [
        { recovered: true, position: at(1) },
        { recovered: true, position: at(1) },
      ],
    });
    await quiet(here.page, peer);
    expect(log).toEqual(['reconnected']);
    await expectHears(here.page, peer);
  });

  it('refuses one room: that one alone has an error', async () => {
    const { peer, log, realtime } = await back();
    const errors: unknown[] = [];
    realtime.on('error', ({ code }) => errors.push(code));
    (await list(peer)).answer({
      results: [
        { error: { code: 'forbidden', message: 'no' }, room: 'news' },
        { room: 'other', recovered: true, position: at(2), messages: [logged(2, 'other')] },
      ],
    });
    await quiet(here.page, peer);
    expect(log).toEqual(['other 2', 'reconnected']);
    expect(errors).toEqual(['forbidden']);
    expect(realtime.getRooms()).toEqual(['other']);
  });

  it.each([
    ['positions that are none', { recovered: true, position: { epoch: {}, offset: 'x' }, messages: [] }],
    ['messages that are none', { recovered: true, position: at(3), messages: [null, 5] }],
    ['a message without a name', { recovered: true, position: at(2), messages: [[{}, 2, logged(2)[2]]] }],
    ['a message without its room', { recovered: true, position: at(2), messages: [['note', 2]] }],
    ['a list that is an object', { recovered: true, position: at(2), messages: { length: 1 } }],
    ['nothing', null],
    ['a text', 'ok'],
  ])('with %s: a gap is told, and nothing is heard in part', async (_what, reply) => {
    const { peer, log } = await back();
    (await list(peer)).answer({ results: [reply, { recovered: true, position: at(1) }] });
    await quiet(here.page, peer);
    expect(log).toEqual([expect.stringMatching(/^news (expired|unsupported)$/), 'reconnected']);
    await expectHears(here.page, peer);
  });

  it('sends in its log what poses as the client itself: it is not taken for that', async () => {
    const { peer, realtime } = await back();
    const heard: unknown[] = [];
    realtime.on('disconnected', (details) => heard.push(details));
    realtime.channel('news').on('left', (details) => heard.push(details));
    const meta = { channel: 'news', id: 'x', position: at(2) };
    (await list(peer)).answer({
      results: [
        { recovered: true, position: at(3), messages: ['disconnected', 'left'].map((e) => [e, 1, meta]) },
        {},
      ],
    });
    await quiet(here.page, peer);
    expect(heard).toEqual([]);
  });

  it('does not answer the list: the rooms are wanted, and come with the next connection', async () => {
    const { peer, clock, log, realtime } = await back();
    const { rooms } = await list(peer);
    clock.advance(10_000);
    peer.close();
    clock.advance((await told(realtime, 'reconnecting')).delay);
    const next = await here.gateway.welcome('c');
    const again = await list(next);
    expect(again.rooms).toEqual(rooms);
    again.answer({
      results: [
        { recovered: true, position: at(2), messages: [logged(2)] },
        { recovered: true, position: at(1) },
      ],
    });
    await quiet(here.page, next);
    expect(log.filter((line) => line !== 'reconnected')).toEqual(['news 2']);
  });

  describe('what is sent to the user', () => {
    it('is told as missed on the client when its log cannot be had', async () => {
      const { peer, log } = await back({ user: { channel: 'user.7', position: at(4) } });
      const { answer } = await list(peer);
      peer.send(`42${JSON.stringify(logged(9, 'user.7'))}`);
      answer({
        results: [
          { error: { code: 'forbidden', message: 'no' } },
          { recovered: true, position: at(1) },
          { recovered: true, position: at(1) },
        ],
      });
      await quiet(here.page, peer);
      expect(log).toEqual(['user.7 unsupported', 'user.7 9', 'reconnected']);
    });

    it('is forgotten when the next connection is another user’s', async () => {
      const { peer, log, realtime, clock } = await back({ user: { channel: 'user.7', position: at(4) } });
      const { answer } = await list(peer);
      await greet(peer, { user: { channel: 'user.8', position: at(2, 'f') } });
      const well = { recovered: true, position: at(1) };
      answer({ results: [{ error: { code: 'forbidden', message: 'no' } }, well, well] });
      await quiet(here.page, peer);
      expect(log).toEqual(['reconnected']);
      peer.close();
      clock.advance((await told(realtime, 'reconnecting')).delay);
      const { rooms } = await list(await here.gateway.welcome('c'));
      expect(rooms[0]).toEqual({ room: 'user.8', since: at(2, 'f') });
    });

    it.each([{ channel: {} }, { channel: 'a b' }, 'user.7', 7, null])(
      'is nothing where the gateway names %j',
      async (user) => {
        const { peer } = await back({ user });
        expect((await list(peer)).rooms.map((room) => Object.values(room)[0])).toEqual(['news', 'other']);
      },
    );
  });
});
