// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { RealtimeError, RoomCredentials } from '../../src/index';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { quiet, told } from './sanity';
import { sent } from './sent';

const ToporiaRealtime = loadPage();

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
    await quiet(page, peer);
    expect(peer.count(/"to a/)).toBe(0);
    answers.shift()?.({ 'private.a': { auth: 'key:signature' } });
    await peer.packet(/"subscribe",\{"channel":"private.a"/);
    expect([(await sent(peer, 'to a')).data, (await sent(peer, 'to a')).data]).toEqual([1, 2]);
    await sent(peer, 'to a as well');
    await quiet(page, peer);
    expect(peer.events.slice(-5)).toEqual(['subscribe', 'to a', 'to a', 'to a as well', 'marker']);
  });

  it('keeps its order, also against what a handler sends when another room is refused', async () => {
    const { peer, page } = here;
    const { realtime } = page;
    for (const room of ['private.b', 'private.a', 'private.c']) realtime.channel(room);
    realtime.channel('private.a').emit('one');
    realtime.channel('private.c').on('error', () => realtime.channel('private.a').emit('two'));
    await quiet(page, peer);
    const signed = { auth: 'key:signature' };
    answers.shift()?.({ 'private.a': signed, 'private.b': signed });
    await sent(peer, 'two');
    expect(peer.events.slice(-4)).toEqual(['subscribe', 'subscribe', 'one', 'two']);
  });

  it('pain 05: after a reconnect, too; what goes to all rooms waits for all', async () => {
    const { peer, page, gateway } = here;
    const { realtime, clock } = page;
    const joined = realtime.join('private.a');
    await quiet(page, peer);
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
    await quiet(page, next);
    expect(next.count(/"to /)).toBe(0);
    answers.shift()?.({ 'private.a': { auth: 'key:signature' } });
    await sent(next, 'subscribe');
    await quiet(page, next);
    expect(next.events.slice(-5)).toEqual(['subscribe', 'to a', 'to all', 'to news, later', 'marker']);
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
      await quiet(page, peer);
      expect(peer.count(/"to a/)).toBe(0);
      giveUp();
      await sent(peer, 'to a');
      expect(await joining).toMatch(/forbidden|left|timeout/);
    }
    answers.length = 0;
  });
});
