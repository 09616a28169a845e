// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { RealtimeOptions } from '../../src/index';
import { eachJoined } from './joined-page';
import type { Peer } from './mock-gateway';
import { loadPage } from './page';
import { quiet, told } from './sanity';
import { fate, sent } from './sent';

const ToporiaRealtime = loadPage();
const ONCE_OR_MORE = { delivery: 'at-least-once' } as const;
const FEATURES = ['rooms', 'batch', 'dedupe'];

describe('what is sent', () => {
  const here = eachJoined(ToporiaRealtime);
  const greet = (peer: Peer, features = FEATURES) => peer.answer('toporia:hello', { protocol: 1, features });

  async function greeted() {
    const { peer, page } = here;
    await greet(peer);
    await quiet(page, peer);
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
    await quiet(here.page, next);
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
    await quiet(page, peer);
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
    await quiet(here.page, peer);
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

  it('has its end where a room is left or a roster changed, too', async () => {
    const { peer, realtime, clock } = await greeted();
    const room = realtime.channel('presence.a');
    await peer.answer('join', { room: 'presence.a', members: [] });
    await room.ready;
    const controller = new AbortController();
    const slow = [
      fate(room.presence.update({}, { timeout: 20 })),
      fate(room.presence.update({}, { signal: controller.signal })),
    ];
    clock.advance(20);
    controller.abort();
    expect(await Promise.all(slow)).toEqual([
      ['timeout', true],
      ['aborted', true],
    ]);
    const left = fate(room.leave({ timeout: 20 }));
    clock.advance(20);
    expect(await left).toEqual(['timeout', undefined]);
    expect(realtime.getRooms()).toEqual(['news']);
  });

  it('is volatile rather than kept, where both are asked for', async () => {
    const { peer, realtime } = await greeted();
    realtime.emit('typing.started', {}, ONCE_OR_MORE);
    expect((await sent(peer, 'typing.started')).scope).toBeUndefined();
  });
});

describe('what Socket.IO has for the same', () => {
  const here = eachJoined(ToporiaRealtime, { retries: 3 } as RealtimeOptions);

  it('is not used, since it would send everything twice', async () => {
    const { peer, page } = here;
    const answer = page.realtime.request('one', 1);
    (await sent(peer, 'one')).answer();
    expect(await answer).toEqual({ status: 'ok' });
  });
});
