import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { FaultyProxy } from '../faults/faulty-proxy';
import { launchChromium } from '../support/chromium';
import { EventLog, logOf } from '../support/event-log';
import { describeWith } from '../support/programs';
import { open, SECRET, startGateway, tokenFor } from '../support/realtime-pair';
import type { StaticServer } from '../support/static-server';
import { type Kept, SdkPage, servePages } from './sdk-page';

async function startProxy(url: string): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.start(Number(new URL(url).port));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** Nothing passes until it heals. */
function lose(proxy: FaultyProxy): void {
  proxy.weather = { offline: true };
  proxy.cut();
}

describeWith('chromium', 'a page in a browser', () => {
  let browser: Browser;
  let pages: StaticServer;

  beforeAll(async () => {
    // Playwright turns the back/forward cache off, since it loses sight of what comes out of it.
    browser = await launchChromium({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    pages = await servePages();
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  async function pair(options = {}) {
    const gateway = await startGateway();
    const proxy = await startProxy(gateway.url);
    const client = await SdkPage.open(browser, pages, proxy.url, options);
    return { gateway, proxy, client };
  }

  test('pain 18: that goes offline knows at once, and is back as soon as it is online', async () => {
    const { gateway, proxy, client } = await pair();
    const { page } = client;
    const notes = new EventLog();
    gateway.of('/').on('note', (data) => notes.note('note', data));
    await page.context().setOffline(true);
    await client.has('disconnected');
    lose(proxy);
    await page.evaluate(() => (self as unknown as Kept).realtime.emit('note', 'written offline'));
    gateway.broadcast('news', 'flash', 'while it was offline');
    proxy.heal();
    await page.context().setOffline(false);
    await client.has('reconnected');
    expect(await notes.until('note')).toEqual(['written offline']);
    gateway.broadcast('news', 'flash', 'hello again');
    await client.has('hello again');
    expect(await client.log()).toEqual([
      'connected',
      'joined',
      expect.stringMatching(/^reconnecting (offline|transport close)$/),
      'disconnected',
      'connected',
      'while it was offline',
      'reconnected',
      'hello again',
    ]);
  });

  test.each([['websocket'], ['polling']] as const)(
    'pain 17: that another took the place of is kept by the browser and comes back with all that it missed, over %s',
    async (transport) => {
      const { gateway, client } = await pair({ transports: [transport] });
      const { page } = client;
      const before = await client.id();
      await page.goto(`${pages.url}/other`);
      await expect.poll(() => gateway.connections()).toBe(0);
      gateway.broadcast('news', 'flash', 'while it was away');
      await page.evaluate(() => history.back());
      await client.has('reconnected');
      expect(await page.evaluate(() => (self as unknown as Kept).wasKept)).toBe(true);
      expect(await client.id()).not.toBe(before);
      gateway.broadcast('news', 'flash', 'hello again');
      await client.has('hello again');
      expect(await client.log()).toEqual([
        'connected',
        'joined',
        'reconnecting pagehide',
        'disconnected',
        'connected',
        'while it was away',
        'reconnected',
        'hello again',
      ]);
    },
  );

  test('pain 17: whose user decides to stay after all keeps its connection', async () => {
    const { gateway, client } = await pair();
    const { page } = client;
    const before = await client.id();
    await page.evaluate(() => addEventListener('beforeunload', (event) => event.preventDefault()));
    // A page that nobody has touched may not ask.
    await page.mouse.click(10, 10);
    const asked = page.waitForEvent('dialog').then((dialog) => dialog.dismiss());
    await page.goto(`${pages.url}/other`).catch(() => {});
    await asked;
    gateway.broadcast('news', 'flash', 'still here');
    await client.has('still here');
    expect(await client.id()).toBe(before);
  });

  test('has the SDK in a worker, which joins, hears, and comes back', async () => {
    const gateway = await startGateway();
    const proxy = await startProxy(gateway.url);
    const client = await SdkPage.openWorker(browser, pages, proxy.url);
    gateway.broadcast('news', 'flash', 'hello worker');
    await client.has('hello worker');
    lose(proxy);
    await client.has('disconnected');
    proxy.heal();
    // The browser tells its workers, too; here it is the test that does.
    await client.page.evaluate(() => (self as unknown as Kept).worker?.postMessage('online'));
    await client.has('reconnected');
    gateway.broadcast('news', 'flash', 'hello again');
    await client.has('hello again');
  });

  test('pain 14: in two tabs of one user is one member, through losses of either', async () => {
    const gateway = await startGateway({ jwt_secret: SECRET });
    const proxy = await startProxy(gateway.url);
    const watcher = open(gateway.url, { auth: await tokenFor('1') });
    const { presence } = await watcher.join('presence.room');
    const log = logOf(presence, 'joined', 'left');
    const context = await browser.newContext();
    const options = { context, auth: await tokenFor('7') };
    const tabs = [
      await SdkPage.open(browser, pages, proxy.url, options),
      await SdkPage.open(browser, pages, gateway.url, options),
    ] as const;
    for (const { page } of tabs) {
      await page.evaluate(() => (self as unknown as Kept).realtime.join('presence.room').then(() => {}));
    }
    lose(proxy);
    await tabs[0].has('disconnected');
    proxy.heal();
    await tabs[0].page.evaluate(() => void (self as unknown as Kept).realtime.reconnect());
    await tabs[0].has('reconnected');
    await tabs[1].page.close();
    await tabs[0].page.evaluate(() => (self as unknown as Kept).realtime.request('marker'));
    expect(presence.members.map(({ id }) => id).sort()).toEqual(['1', '7']);
    await tabs[0].page.evaluate(() => void (self as unknown as Kept).realtime.disconnect());
    await log.until('left');
    expect(log.names).toEqual(['joined', 'left']);
  });
});
