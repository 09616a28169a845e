import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { RealtimeOptions, ToporiaRealtime } from '../../src';
import { type StaticServer, serve } from '../support/static-server';

const SDK = join(import.meta.dirname, '../../dist/toporia-realtime.umd.min.js');

/** What a page, or a worker, keeps for the test. */
export interface Kept {
  realtime: ToporiaRealtime;
  /** What has happened, in order: events of the client, and what came as `flash`. */
  log: string[];
  start(url: string, options: object): void;
  /** Whether the browser kept the page while another was shown. */
  wasKept?: boolean;
  worker?: Worker;
}

/** No try comes by itself: a wait would outlast the test. */
const CLIENT = `
  self.log = [];
  self.start = (url, options) => {
    self.realtime = new ToporiaRealtime(url, { reconnectionDelay: 1e9, reconnectionDelayMax: 1e9, ...options });
    const note = (...words) => log.push(words.filter(Boolean).join(' '));
    realtime.on('connected', () => note('connected'));
    realtime.on('disconnected', () => note('disconnected'));
    realtime.on('state', ({ state, reason }) => /^re/.test(state) && note(state, reason));
    realtime.on('reconnected', () => note('reconnected'));
    realtime.on('flash', (text) => note(text));
    realtime.join('news').then(() => note('joined'));
  };`;

const PAGE = `<!doctype html><title>A page</title><script src="/sdk.js"></script><script>${CLIENT}
  addEventListener('pageshow', (event) => { self.wasKept = event.persisted; });
</script>`;

/** A page with the SDK at `/`, another at `/other`. */
export function servePages(): Promise<StaticServer> {
  return serve({ '/': PAGE, '/other': '<!doctype html><title>Another</title>', '/sdk.js': SDK });
}

/** A page whose script has a client that is connected and in the room `news`. */
export class SdkPage {
  private constructor(readonly page: Page) {}

  static async open(
    browser: Browser,
    pages: StaticServer,
    url: string,
    { context, ...options }: RealtimeOptions & { context?: BrowserContext } = {},
  ): Promise<SdkPage> {
    const own = context ?? (await browser.newContext());
    onTestFinished(() => own.close());
    const page = await own.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(pages.url);
    await page.evaluate(([to, more]) => (self as unknown as Kept).start(to, more), [url, options] as const);
    const opened = new SdkPage(page);
    await opened.has('joined');
    return opened;
  }

  /** The same client in a worker of the page, to which a message to it is an event of that name. */
  static async openWorker(browser: Browser, pages: StaticServer, url: string): Promise<SdkPage> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(pages.url);
    const script = `importScripts('${pages.url}/sdk.js');${CLIENT}
      const { push } = log;
      log.push = (...entries) => { postMessage(entries); push.apply(log, entries); };
      onmessage = ({ data }) => dispatchEvent(new Event(data));
      start('${url}', {});`;
    await page.evaluate((code) => {
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      worker.onmessage = ({ data }) => (self as unknown as Kept).log.push(...data);
      (self as unknown as Kept).worker = worker;
    }, script);
    const opened = new SdkPage(page);
    await opened.has('joined');
    return opened;
  }

  /** Waits until that is in the log so many times. */
  async has(entry: string, times = 1): Promise<void> {
    await this.page.waitForFunction(
      ([wanted, count]) => (self as unknown as Kept).log.filter((one) => one === wanted).length >= count,
      [entry, times] as const,
    );
  }

  log(): Promise<string[]> {
    return this.page.evaluate(() => (self as unknown as Kept).log);
  }

  id(): Promise<string | undefined> {
    return this.page.evaluate(() => (self as unknown as Kept).realtime.getId());
  }
}
