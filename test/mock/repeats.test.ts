// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { eachJoined } from './joined-page';
import { loadPage } from './page';
import { expectHears, settled, told } from './sanity';

const ToporiaRealtime = loadPage();
const LIFECYCLE = [
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'reconnect_failed',
  'connect_error',
  'error',
  'state',
] as const;

describe('a server that says what it should not', () => {
  const here = eachJoined(ToporiaRealtime);

  it('cannot pose as the client itself', async () => {
    const { realtime } = here.page;
    const heard = vi.fn();
    for (const event of LIFECYCLE) realtime.on(event, heard);
    for (const event of LIFECYCLE.filter((name) => name !== 'connect_error')) {
      here.peer.send(`42["${event}",{"id":"forged"},{"channel":"news"}]`);
    }
    realtime.onAny((event) => event !== 'so far' && heard(event));
    await settled(here.page, here.peer);
    expect(heard).not.toHaveBeenCalled();
    expect(realtime.state).toBe('connected');
    await expectHears(here.page, here.peer);
  });

  it('cannot pose as a room', async () => {
    const heard = vi.fn();
    const room = here.page.realtime.channel('news');
    for (const event of ['joined', 'error', 'gap', 'left'] as const) room.on(event, heard);
    for (const event of ['joined', 'error', 'gap', 'left'])
      here.peer.send(`42["${event}",{},{"channel":"news"}]`);
    await settled(here.page, here.peer);
    expect(heard).not.toHaveBeenCalled();
  });

  it('answers twice, and is heard once', async () => {
    const ack = vi.fn();
    here.page.realtime.emit('message.sent', 'hi', ack);
    const id = /^42(\d+)/.exec(await here.peer.packet(/message\.sent/))?.[1];
    here.peer.send(`43${id}["first"]`, `43${id}["second"]`);
    await settled(here.page, here.peer);
    expect(ack).toHaveBeenCalledExactlyOnceWith('first');
    await expectHears(here.page, here.peer);
  });

  it('answers after the time was up, and is not heard', async () => {
    const ack = vi.fn();
    here.page.realtime.emit('message.sent', 'hi', ack);
    const id = /^42(\d+)/.exec(await here.peer.packet(/message\.sent/))?.[1];
    here.page.clock.advance(10_000);
    expect(ack).toHaveBeenCalledExactlyOnceWith({ error: expect.objectContaining({ code: 'timeout' }) });
    here.peer.send(`43${id}["late"]`);
    await settled(here.page, here.peer);
    expect(ack).toHaveBeenCalledTimes(1);
  });

  it('lets the client in twice, and the rooms are not joined twice', async () => {
    here.peer.send('40{"sid":"b"}');
    await expectHears(here.page, here.peer);
    expect(here.page.realtime.state).toBe('connected');
    expect(here.page.realtime.getId()).toBe('b');
    here.page.realtime.emit('last', 1);
    await here.peer.packet(/"last"/);
    expect(here.peer.count(/"join"/)).toBe(0);
  });

  it('greets twice, and nothing comes of it', async () => {
    here.peer.handshake();
    here.page.clock.advance(40_000);
    expect(here.page.realtime.state).toBe('connected');
    await expectHears(here.page, here.peer);
  });

  it('sends a client away, which stays away until it is told to come back', async () => {
    const { realtime, clock } = here.page;
    const lost = told(realtime, 'disconnected');
    here.peer.send('41');
    await lost;
    expect(realtime.state).toBe('failed');
    expect(clock.pending).toBe(0);
    realtime.reconnect();
    const next = await here.gateway.welcome('b');
    await next.answer('join', { room: 'news' });
    await expectHears(here.page, next);
  });

  it('says something on a connection that has been replaced, and is not heard', async () => {
    const { realtime } = here.page;
    const heard = vi.fn();
    realtime.on('ping.sent', heard);
    realtime.reconnect();
    const next = await here.gateway.welcome('b');
    await next.answer('join', { room: 'news' });
    await settled(here.page, next);
    const states: unknown[] = [];
    realtime.on('state', ({ state }) => states.push(state));
    here.peer.sendAnyhow('42["ping.sent","late",{"channel":"news"}]', '40{"sid":"late"}', '41', '49', '1');
    await settled(here.page, next);
    expect(heard).not.toHaveBeenCalled();
    expect(states).toEqual([]);
    expect(realtime.getId()).toBe('b');
    await expectHears(here.page, next);
  });

  it('closes right after it let the client in, again and again, and is not stormed', async () => {
    const { realtime, clock } = here.page;
    const delays: number[] = [];
    realtime.on('reconnecting', ({ delay }) => delays.push(delay));
    let last = here.peer;
    for (let turn = 0; turn < 4; turn++) {
      const waiting = told(realtime, 'reconnecting');
      last.close();
      clock.advance((await waiting).delay);
      last = await here.gateway.welcome(`turn-${turn}`);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 2_500]);
  });
});
