// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { RealtimeError, RoomCredentials } from '../../src/index';
import { eachJoined } from './joined-page';
import type { Peer } from './mock-gateway';
import { loadPage } from './page';
import { settled, told } from './sanity';

const ToporiaRealtime = loadPage();
const ONCE_OR_MORE = { delivery: 'at-least-once' } as const;
const FEATURES = ['rooms', 'batch', 'dedupe'];

/** What became of a promise: its answer, or the error's code and whether the message may have arrived. */
const fate = (promise: Promise<unknown>) =>
  promise.catch(({ code, maybeSent }: RealtimeError) => [code, maybeSent]);

interface Sent {
  event: string;
  data: unknown;
  scope: { room?: string; id: string };
  answer(reply?: unknown): void;
}

async function sent(peer: Peer, event: string): Promise<Sent> {
  const packet = await peer.packet(new RegExp(`^42\\d*\\["${event}"`));
  const [, id, body] = /^42(\d*)(.*)$/.exec(packet) as unknown as [string, string, string];
  const [, data, scope] = JSON.parse(body);
  return {
    event,
    data,
    scope,
    answer: (reply = { status: 'ok' }) => peer.send(`43${id}${JSON.stringify([reply])}`),
  };
}

describe('what is sent', () => {
  const here = eachJoined(ToporiaRealtime);
  const greet = (peer: Peer, features = FEATURES) => peer.answer('toporia:hello', { protocol: 1, features });

  async function greeted() {
    const { peer, page } = here;
    await greet(peer);
    await settled(page, peer);
    return { peer, ...page, news: page.realtime.channel('news') };
  }

  async function reconnect(peer: Peer): Promise<Peer> {
    const { realtime, clock } = here.page;
    peer.close();
    clock.advance((await told(realtime, 'reconnecting')).delay);
    return here.gateway.welcome('b');
  }

  it('at least once is sent again after a loss: the same, in order, before what is new', async () => {
    const { peer, news, realtime } = await greeted();
    const first = news.request('one', 1, ONCE_OR_MORE);
    const second = news.request('two', 2, ONCE_OR_MORE);
    const third = realtime.request('three', 3, ONCE_OR_MORE);
    const tries = [await sent(peer, 'one'), await sent(peer, 'two'), await sent(peer, 'three')];
    expect(new Set(tries.map(({ scope }) => scope.id)).size).toBe(3);
    for (const { scope } of tries) expect(scope.id).toMatch(/^[\w.:-]{20,128}$/);
    expect(tries.map(({ scope }) => scope.room)).toEqual(['news', 'news', undefined]);
    tries[1]?.answer();
    expect(await second).toEqual({ status: 'ok' });

    const lost = told(realtime, 'disconnected');
    const other = reconnect(peer);
    await lost;
    const fourth = news.request('four', 4);
    const next = await other;
    await next.answer('join', { room: 'news' });
    const again = [await sent(next, 'one'), await sent(next, 'three'), await sent(next, 'four')];
    expect(again.slice(0, 2).map(({ data, scope }) => [data, scope])).toEqual([
      [1, tries[0]?.scope],
      [3, tries[2]?.scope],
    ]);
    expect(next.count(/"two"/)).toBe(0);
    for (const { answer } of again) answer();
    expect(await Promise.all([first, third, fourth])).toEqual(Array(3).fill({ status: 'ok' }));
  });

  it('at least once by emit() has no end of its own, and its failure is told', async () => {
    const { peer, news, realtime, clock } = await greeted();
    const errors: unknown[] = [];
    realtime.on('error', ({ code }) => errors.push(code));
    news.emit('one', 1, ONCE_OR_MORE);
    news.emit('two', 2, ONCE_OR_MORE);
    await sent(peer, 'one');
    clock.advance(40_000);
    const next = await reconnect(peer);
    await next.answer('join', { room: 'news' });
    (await sent(next, 'one')).answer({ error: { code: 'forbidden', message: 'no' } });
    (await sent(next, 'two')).answer();
    await settled(here.page, next);
    expect(errors).toEqual(['forbidden']);
    const third = await reconnect(next);
    await third.answer('join', { room: 'news' });
    realtime.emit('last');
    await sent(third, 'last');
    expect(third.count(/"one"|"two"/)).toBe(0);
  });

  it('at least once is given up in time, and says whether it may have arrived', async () => {
    const { peer, news, clock, realtime } = await greeted();
    const late = fate(news.request('one', 1, ONCE_OR_MORE));
    const controller = new AbortController();
    const aborted = fate(news.request('two', 2, { ...ONCE_OR_MORE, signal: controller.signal }));
    await sent(peer, 'two');
    controller.abort();
    clock.advance(10_000);
    expect(await late).toEqual(['timeout', true]);
    expect(await aborted).toEqual(['aborted', true]);
    const next = await reconnect(peer);
    await next.answer('join', { room: 'news' });
    realtime.emit('last');
    await sent(next, 'last');
    expect(next.count(/"one"|"two"/)).toBe(0);
  });

  it('at least once waits until the gateway has told that it drops repeats, and holds up what follows', async () => {
    const { peer, page } = here;
    const answer = page.realtime.channel('news').request('one', 1, ONCE_OR_MORE);
    page.realtime.channel('news').emit('two', 2);
    await settled(page, peer);
    expect(peer.count(/"one"|"two"/)).toBe(0);
    await greet(peer);
    const one = await sent(peer, 'one');
    await sent(peer, 'two');
    one.answer();
    expect(await answer).toEqual({ status: 'ok' });
  });

  it.each([
    ['does not drop repeats', () => greet(here.peer, ['rooms'])],
    ['is the PHP gateway', () => here.peer.answer('toporia:hello', { status: 'ok' })],
    ['does not answer', () => here.page.clock.advance(10_000)],
  ])('at least once is refused where the gateway %s; the rest is sent', async (_what, act) => {
    const { peer, page } = here;
    const options = { ...ONCE_OR_MORE, timeout: 60_000 };
    const refused = page.realtime.request('one', 1, options).catch((error: unknown) => error);
    page.realtime.emit('two', 2);
    await act();
    await sent(peer, 'two');
    expect(await refused).toMatchObject({
      code: 'unsupported',
      maybeSent: false,
      message: expect.stringMatching(/"one".*at least once/),
    });
    expect(await fate(page.realtime.request('one', 1, options))).toEqual(['unsupported', false]);
    expect(peer.count(/"one"/)).toBe(0);
  });

  it('counts what waits for its answer in the limit of the queue', async () => {
    const { peer, news } = await greeted();
    for (let count = 0; count < 1_000; count++) news.emit('many', count, ONCE_OR_MORE);
    expect(await fate(news.request('one', 1, ONCE_OR_MORE))).toEqual(['queue_full', false]);
    (await sent(peer, 'many')).answer();
    await settled(here.page, peer);
    const one = news.request('one', 1, ONCE_OR_MORE);
    (await sent(peer, 'one')).answer();
    expect(await one).toEqual({ status: 'ok' });
  });

  it('at most once is not sent again, and says whether it may have arrived', async () => {
    const { peer, news, realtime, clock } = await greeted();
    const underWay = fate(news.request('one', 1));
    const refused = fate(news.request('two', 2));
    (await sent(peer, 'two')).answer({ error: { code: 'forbidden', message: 'no' } });
    const kept: Promise<unknown>[] = [];
    realtime.once('disconnected', () => {
      kept.push(fate(news.request('three', 3, { timeout: 5 })), fate(news.request('four', 4)));
    });
    peer.close();
    await told(realtime, 'disconnected');
    clock.advance(5);
    realtime.disconnect();
    expect(await underWay).toEqual(['connection_lost', true]);
    expect(await refused).toEqual(['forbidden', true]);
    expect(await Promise.all(kept)).toEqual([
      ['timeout', false],
      ['closed', false],
    ]);
    expect(await fate(news.request('five', 5))).toEqual(['closed', false]);
  });

  it('at least once ends with disconnect(), and says that it may have arrived', async () => {
    const { peer, news, realtime } = await greeted();
    const underWay = fate(news.request('one', 1, ONCE_OR_MORE));
    await sent(peer, 'one');
    realtime.disconnect();
    expect(await underWay).toEqual(['closed', true]);
    expect(here.page.clock.pending).toBe(0);
  });

  it('is volatile rather than kept, where both are asked for', async () => {
    const { peer, realtime } = await greeted();
    realtime.emit('typing.started', {}, ONCE_OR_MORE);
    expect((await sent(peer, 'typing.started')).scope).toBeUndefined();
  });
});

describe('what is sent to rooms that are still being authorized', () => {
  const answers: ((credentials: Record<string, RoomCredentials>) => void)[] = [];
  const here = eachJoined(ToporiaRealtime, {
    authorizer: () => new Promise((resolve) => answers.push(resolve)),
  });

  it('pain 05: holds up its own room alone', async () => {
    const { peer, page } = here;
    const { realtime } = page;
    realtime.join('private.a').catch(() => {});
    realtime.channel('private.a').emit('to a', 1);
    realtime.channel('private.a').emit('to a', 2);
    realtime.emit('to a as well', { room: 'private.a' });
    realtime.channel('news').emit('to news', 1);
    realtime.emit('to all', 1);
    await sent(peer, 'to news');
    await sent(peer, 'to all');
    await settled(page, peer);
    expect(peer.count(/"to a/)).toBe(0);
    answers.shift()?.({ 'private.a': { auth: 'key:signature' } });
    await peer.packet(/"subscribe",\{"channel":"private.a"/);
    expect([(await sent(peer, 'to a')).data, (await sent(peer, 'to a')).data]).toEqual([1, 2]);
    await sent(peer, 'to a as well');
  });

  it('pain 05: after a reconnect, too; what goes to all rooms waits for all', async () => {
    const { peer, page, gateway } = here;
    const { realtime, clock } = page;
    const joined = realtime.join('private.a');
    await settled(page, peer);
    answers.shift()?.({ 'private.a': { auth: 'key:signature' } });
    await peer.answer('subscribe', { channel: 'private.a' });
    await joined;
    peer.close();
    const { delay } = await told(realtime, 'reconnecting');
    realtime.channel('private.a').emit('to a', 1);
    realtime.channel('news').emit('to news', 1);
    realtime.emit('to all', 1);
    realtime.channel('news').emit('to news, later', 1);
    clock.advance(delay);
    const next = await gateway.welcome('b');
    await next.packet(/"join"/);
    await sent(next, 'to news');
    await settled(page, next);
    expect(next.count(/"to /)).toBe(0);
    answers.shift()?.({ 'private.a': { auth: 'key:signature' } });
    for (const event of ['to a', 'to all', 'to news, later']) await sent(next, event);
  });

  it('is sent, and left to the gateway, when the room is given up', async () => {
    const { peer, page } = here;
    const { realtime } = page;
    for (const giveUp of [
      () => answers.shift()?.({}),
      () => realtime.leave('private.a').catch(() => {}),
      () => page.clock.advance(10_000),
    ]) {
      const joining = realtime.join('private.a').catch(({ code }: RealtimeError) => code);
      realtime.emit('to a', { room: 'private.a' });
      await settled(page, peer);
      expect(peer.count(/"to a/)).toBe(0);
      giveUp();
      await sent(peer, 'to a');
      expect(await joining).toMatch(/forbidden|left|timeout/);
    }
    answers.length = 0;
  });
});

describe('what is sent in batches', () => {
  const here = eachJoined(ToporiaRealtime, { batch: { interval: 30, maxSize: 3 } });

  async function greeted(features = FEATURES) {
    const { peer, page } = here;
    await peer.answer('toporia:hello', { protocol: 1, features });
    await settled(page, peer);
    return { peer, ...page, news: page.realtime.channel('news') };
  }

  it('goes together after a moment, or when there is enough; each has its answer', async () => {
    const { peer, news, realtime, clock } = await greeted();
    const one = fate(news.request('one', { n: 1 }));
    const two = fate(realtime.request('two'));
    expect(peer.count(/"one"/)).toBe(0);
    clock.advance(30);
    const batch = await sent(peer, 'batch');
    expect(batch.data).toEqual([['one', { n: 1 }, { room: 'news' }], ['two']]);
    const refusal = { error: { code: 'forbidden', message: 'no' } };
    batch.answer({ status: 'ok', count: 2, results: ['first', refusal] });
    expect(await Promise.all([one, two])).toEqual(['first', ['forbidden', true]]);

    for (const number of [1, 2, 3, 4]) realtime.emit('many', number);
    expect((await sent(peer, 'batch')).data).toEqual([1, 2, 3].map((number) => ['many', number]));
    clock.advance(30);
    expect((await sent(peer, 'many')).data).toBe(4);
  });

  it('comes after the joins that were wanted before it', async () => {
    const { peer, realtime } = await greeted();
    for (const room of ['a', 'b']) realtime.join(room).catch(() => {});
    for (const number of [1, 2, 3]) realtime.emit('many', number);
    const { data } = await sent(peer, 'join');
    expect(data).toEqual({ rooms: [{ room: 'a' }, { room: 'b' }] });
    expect(peer.count(/"join"/)).toBe(0);
    await sent(peer, 'batch');
  });

  it('fails as a whole where the gateway refuses it as a whole', async () => {
    const { peer, realtime, clock } = await greeted();
    const both = [fate(realtime.request('one')), fate(realtime.request('two'))];
    clock.advance(30);
    (await sent(peer, 'batch')).answer({ error: { code: 'rate_limited', message: 'slow down' } });
    expect(await Promise.all(both)).toEqual(Array(2).fill(['rate_limited', true]));
  });

  it('goes one by one where one cannot be encoded, which fails alone', async () => {
    const { peer, realtime, clock } = await greeted();
    const bad = fate(realtime.request('bad', 1n));
    const good = fate(realtime.request('good', 1));
    clock.advance(30);
    (await sent(peer, 'good')).answer();
    expect(await Promise.all([bad, good])).toEqual([['invalid_payload', false], { status: 'ok' }]);
  });

  it('goes one by one where the gateway takes none', async () => {
    const { peer, realtime, clock } = await greeted([]);
    realtime.emit('one');
    realtime.emit('two');
    clock.advance(30);
    await sent(peer, 'one');
    await sent(peer, 'two');
  });

  it('is at least once, too: sent again as a batch', async () => {
    const { peer, realtime, clock, news } = await greeted();
    const one = news.request('one', 1, ONCE_OR_MORE);
    const lost = fate(news.request('two', 2));
    clock.advance(30);
    const first = await sent(peer, 'batch');
    peer.close();
    const { delay } = await told(realtime, 'reconnecting');
    expect(await lost).toEqual(['connection_lost', true]);
    news.emit('three', 3);
    clock.advance(delay);
    const next = await here.gateway.welcome('b');
    const again = await sent(next, 'batch');
    const [item] = first.data as unknown[];
    expect(again.data).toEqual([item, ['three', 3, { room: 'news' }]]);
    again.answer({ status: 'ok', count: 2, results: ['done', 'done'] });
    expect(await one).toBe('done');
  });

  it('leaves what is volatile alone, and goes out before disconnect()', async () => {
    const { peer, realtime, clock } = await greeted();
    realtime.emit('one');
    realtime.volatile.emit('now');
    await sent(peer, 'now');
    expect(peer.count(/"one"/)).toBe(0);
    realtime.disconnect();
    await sent(peer, 'one');
    expect(clock.pending).toBe(0);
  });
});
