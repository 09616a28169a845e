// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { quiet, told } from './sanity';
import { fate, sent } from './sent';

const ToporiaRealtime = loadPage();
const ONCE_OR_MORE = { delivery: 'at-least-once' } as const;
const FEATURES = ['rooms', 'batch', 'dedupe'];

describe('what is sent in batches', () => {
  const here = eachJoined(ToporiaRealtime, { batch: { interval: 30, maxSize: 3 } });

  async function greeted(features = FEATURES) {
    const { peer, page } = here;
    await peer.answer('toporia:hello', { protocol: 1, features });
    await quiet(page, peer);
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
    await sent(peer, 'batch');
    expect((await sent(peer, 'join')).data).toEqual({ rooms: [{ room: 'a' }, { room: 'b' }] });
    expect(peer.events.slice(-2)).toEqual(['join', 'batch']);
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
