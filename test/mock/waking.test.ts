// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MockGateway, type Peer } from './mock-gateway';
import { closeClients, createClient, loadPage, type Page } from './page';
import { expectHears, joinNews, settled, told } from './sanity';

const ToporiaRealtime = loadPage();

/** What `handshake()` of the mock gateway announces, in ms: after both without a ping a connection is dead. */
const PATIENCE = 25_000 + 20_000;

/** Longer than the wait before a try, and shorter than what the try itself may take. */
const LONG = 5_000;

function show(visibilityState: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibilityState);
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}

const happens = (event: string) => window.dispatchEvent(new Event(event));

let gateway: MockGateway;
let page: Page;
let peer: Peer;

beforeEach(async () => {
  gateway = new MockGateway();
  page = createClient(ToporiaRealtime, gateway.url);
  peer = await joinNews(page, gateway);
});

afterEach(() => {
  closeClients();
  gateway.stop();
  vi.restoreAllMocks();
});

/** The client comes back by itself, without any time passing, rooms and all. */
async function expectBackAtOnce(): Promise<void> {
  const back = told(page.realtime, 'reconnected');
  peer = await gateway.welcome('again');
  await peer.answer('join', { room: 'news' });
  await back;
  expect(page.realtime.getRooms()).toEqual(['news']);
  await expectHears(page, peer);
}

/** How many connections have been asked for, when all that is on its way has arrived. */
async function asked(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve));
  const other = new MockGateway();
  const later = new WebSocket(`${other.url.replace('http', 'ws')}/socket.io/`);
  await new Promise((resolve) => later.addEventListener('open', resolve));
  later.close();
  other.stop();
  return gateway.asked;
}

/** Lets a ping of the gateway arrive. */
async function ping(): Promise<void> {
  peer.send('2');
  await peer.packet(/^3$/);
}

describe('pain 18: a page that goes offline', () => {
  it('learns it at once, as does whoever waits for an answer', async () => {
    const request = page.realtime.request('message.sent', 'hi');
    const lost = told(page.realtime, 'disconnected');
    happens('offline');
    expect(await lost).toEqual({ reason: 'offline' });
    expect(page.realtime.state).toBe('reconnecting');
    await expect(request).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('is back as soon as it is online, and sends what has waited', async () => {
    happens('offline');
    const sent = page.realtime.request('message.sent', 'written offline');
    happens('online');
    await expectBackAtOnce();
    await peer.answer('message.sent', { status: 'ok' });
    expect(await sent).toEqual({ status: 'ok' });
  });

  it('is so with all of its connections', async () => {
    const other = createClient(ToporiaRealtime, gateway.url);
    await joinNews(other, gateway);
    happens('offline');
    expect([page, other].map(({ realtime }) => realtime.state)).toEqual(['reconnecting', 'reconnecting']);
  });

  it('does not begin a try anew that is under way', async () => {
    happens('offline');
    happens('online');
    await gateway.connection();
    happens('online');
    happens('pageshow');
    expect(await asked()).toBe(2);
  });
});

describe('pain 16: a page that becomes visible again', () => {
  it('drops a connection that has not been heard of for too long, and makes another at once', async () => {
    show('hidden');
    // A throttled page: no timer runs, but time passes.
    vi.spyOn(page.clock, 'now').mockReturnValue(page.clock.now() + PATIENCE + 1);
    const lost = told(page.realtime, 'disconnected');
    show('visible');
    expect(await lost).toEqual({ reason: 'ping timeout' });
    await expectBackAtOnce();
  });

  it('keeps a connection whose last ping is young enough, however old it is itself', async () => {
    const now = vi.spyOn(page.clock, 'now');
    for (let age = 0; age < 3 * PATIENCE; age += PATIENCE - 1) {
      now.mockReturnValue(Date.UTC(2026, 0, 1) + age);
      show('visible');
      await ping();
    }
    expect(page.realtime.state).toBe('connected');
    await expectHears(page, peer);
  });

  it('does not wait for the next try', async () => {
    gateway.isOpen = false;
    peer.close();
    await told(page.realtime, 'reconnecting');
    gateway.isOpen = true;
    show('hidden');
    expect(await asked()).toBe(1);
    show('visible');
    await expectBackAtOnce();
  });

  it('stays away for as long as the gateway asked for', async () => {
    peer.send('42["toporia:bye",{"code":"restart","retry_after":30000}]');
    await settled(page, peer);
    const waiting = told(page.realtime, 'reconnecting');
    peer.close();
    const { delay } = await waiting;
    for (const event of ['online', 'pageshow', 'resume']) happens(event);
    show('visible');
    page.clock.advance(delay - 1);
    expect(await asked()).toBe(1);
    page.clock.advance(1);
    await expectBackAtOnce();
  });
});

describe.each([
  ['pagehide', 'pageshow'],
  ['freeze', 'resume'],
])('pain 17: a page that is put away by "%s" and fetched by "%s"', (hide, fetch) => {
  it('closes its connection without a goodbye, waits, and comes back with what it has to send', async () => {
    const lost = told(page.realtime, 'disconnected');
    happens(hide);
    expect(await lost).toEqual({ reason: hide });
    expect(page.realtime.state).toBe('reconnecting');
    const sent = page.realtime.request('message.sent', 'kept', { timeout: Number.POSITIVE_INFINITY });
    page.clock.advance(LONG);
    expect(await asked()).toBe(1);
    expect(peer.count(/^41/)).toBe(0);
    happens(fetch);
    await expectBackAtOnce();
    await peer.answer('message.sent', { status: 'ok' });
    expect(await sent).toEqual({ status: 'ok' });
  });

  it('gives up a try that is under way, and begins another', async () => {
    const waiting = told(page.realtime, 'reconnecting');
    peer.close();
    page.clock.advance((await waiting).delay);
    await gateway.connection();
    happens(hide);
    page.clock.advance(LONG);
    expect(await asked()).toBe(2);
    happens(fetch);
    await expectBackAtOnce();
    expect(await asked()).toBe(3);
  });

  it('does so with the very first try, too', async () => {
    const first = createClient(ToporiaRealtime, gateway.url);
    await gateway.connection();
    happens(hide);
    expect(first.realtime.state).toBe('reconnecting');
    happens(fetch);
    await expectBackAtOnce();
    const connected = told(first.realtime, 'connected');
    await gateway.welcome('first');
    expect(await connected).toEqual({ id: 'first' });
  });

  it('waits for no try', async () => {
    peer.close();
    await told(page.realtime, 'reconnecting');
    happens(hide);
    page.clock.advance(LONG);
    expect(await asked()).toBe(1);
    happens(fetch);
    await expectBackAtOnce();
  });
});

describe('pain 17: a page that is about to be left', () => {
  it('keeps its connection when the user decides to stay', async () => {
    happens('beforeunload');
    show('hidden');
    show('visible');
    expect(page.realtime.state).toBe('connected');
    await expectHears(page, peer);
  });
});

describe('a machine that slept', () => {
  it('comes back at once when its time goes on, though no event tells of it', async () => {
    page.clock.advance(PATIENCE - 1);
    expect(page.realtime.state).toBe('connected');
    const lost = told(page.realtime, 'disconnected');
    // The timer is due a little later, the wall clock much.
    vi.spyOn(page.clock, 'now').mockReturnValue(page.clock.now() + 8 * 3_600_000);
    page.clock.advance(PATIENCE / 20);
    expect(await lost).toEqual({ reason: 'ping timeout' });
    await expectBackAtOnce();
  });

  it('is not confused by a clock that was set back', async () => {
    vi.spyOn(page.clock, 'now').mockReturnValue(0);
    show('visible');
    expect(page.realtime.state).toBe('connected');
  });
});

describe('what a client adds to the page', () => {
  function listeners() {
    const kept = new Set<string>();
    const name = (type: unknown, listener: unknown) => `${type} ${String(listener)}`;
    const add = vi.spyOn(globalThis, 'addEventListener').mockImplementation((type, listener) => {
      kept.add(name(type, listener));
    });
    const remove = vi.spyOn(globalThis, 'removeEventListener').mockImplementation((type, listener) => {
      kept.delete(name(type, listener));
    });
    return { kept, add, remove };
  }

  it('is gone after disconnect(), and nothing waits', async () => {
    const { kept } = listeners();
    const { realtime, clock } = createClient(ToporiaRealtime, gateway.url);
    expect(kept.size).toBe(0);
    await joinNews({ realtime, clock }, gateway);
    expect(kept.size).toBe(7);
    realtime.disconnect();
    expect(kept.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is gone when it gives up, and back when it is told to try again', async () => {
    const { kept } = listeners();
    const { realtime } = createClient(ToporiaRealtime, gateway.url, { reconnection: false });
    gateway.isOpen = false;
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(kept.size).toBe(0);
    realtime.reconnect();
    expect(kept.size).toBe(7);
  });

  it('wakes no client that was disconnected', async () => {
    page.realtime.disconnect();
    for (const event of ['offline', 'online', 'pagehide', 'pageshow', 'freeze', 'resume']) happens(event);
    page.clock.advance(LONG);
    expect(page.realtime.state).toBe('closed');
    expect(await asked()).toBe(1);
  });
});
