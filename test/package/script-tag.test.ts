import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type * as Testing from '../../gateway/src/testing';
import type { ToporiaRealtime as Sdk } from '../../src/index';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { type StaticServer, serve } from '../support/static-server';

declare const ToporiaRealtime: typeof Sdk & { RealtimeError: unknown; ToporiaRealtime: unknown };

const { project } = inject('packed');
const dist = (name: string) => join(project, 'node_modules/toporia-realtime/dist', name);
const socketIo = (alias: string) =>
  fileURLToPath(new URL(`../../node_modules/${alias}/dist/socket.io.min.js`, import.meta.url));

const page = (...scripts: string[]) =>
  `<!doctype html><title>Script tags</title>${scripts.map((name) => `<script src="/${name}"></script>`).join('')}`;

const PAGES = {
  '/full.js': dist('toporia-realtime.umd.min.js'),
  '/slim.js': dist('toporia-realtime.slim.umd.min.js'),
  '/io.js': socketIo('socket.io-client'),
  '/io-4.5.4.js': socketIo('socket.io-client-4.5.4'),
  '/full': page('full.js'),
  '/slim': page('io.js', 'slim.js'),
  '/slim-late': page('slim.js', 'io.js'),
  '/slim-4.5.4': page('io-4.5.4.js', 'slim.js'),
  '/slim-alone': page('slim.js'),
  '/io': page('io.js'),
};

describeWith('chromium', 'script tag builds', () => {
  let server: StaticServer;
  let browser: Browser;
  let tab: Page;
  let gateway: Awaited<ReturnType<typeof Testing.startTestGateway>>;

  beforeAll(async () => {
    const entry = join(project, 'node_modules/toporia-gateway/dist/testing.js');
    const { startTestGateway }: typeof Testing = await import(pathToFileURL(entry).href);
    [server, browser, gateway] = await Promise.all([serve(PAGES), launchChromium(), startTestGateway()]);
  });

  afterEach(() => tab.close());

  afterAll(async () => {
    await Promise.all([browser?.close(), server?.close(), gateway?.stop()]);
  });

  async function open(path: string): Promise<Page> {
    tab = await browser.newPage();
    await tab.goto(server.url + path);
    return tab;
  }

  describe.each([
    ['full', '/full'],
    ['slim, with the current socket.io', '/slim'],
    ['slim, loaded before socket.io', '/slim-late'],
    ['slim, with socket.io 4.5.4', '/slim-4.5.4'],
  ])('%s', (_title, path) => {
    test('joins a room, sends and receives', async () => {
      const opened = await open(path);
      const received = await opened.evaluate(async (url) => {
        const [one, other] = [new ToporiaRealtime(url), new ToporiaRealtime(url)];
        await Promise.all([one.join('room'), other.join('room')]);
        const message = new Promise((resolve) => {
          other.on('greeting', resolve);
        });
        const acknowledged = new Promise((resolve) => {
          one.emit('greeting', { text: 'hello', bytes: new Uint8Array([1, 2]) }, resolve);
        });
        const { text, bytes } = (await message) as { text: string; bytes: ArrayBuffer };
        const result = [text, [...new Uint8Array(bytes)], await acknowledged, one.getRooms()];
        one.disconnect();
        other.disconnect();
        return result;
      }, gateway.url);
      expect(received).toEqual(['hello', [1, 2], { status: 'ok' }, ['room']]);
    });

    test('hangs the other exports on the class', async () => {
      const opened = await open(path);
      const kinds = await opened.evaluate(() => [
        typeof ToporiaRealtime,
        typeof ToporiaRealtime.RealtimeError,
      ]);
      expect(kinds).toEqual(['function', 'function']);
    });
  });

  test.each([[['polling']], [['polling', 'websocket']]])(
    'full, over %j, carries texts and bytes both ways, and comes back from a cut',
    async (transports) => {
      const opened = await open('/full');
      const made = opened.evaluate(
        async ([url, names]) => {
          const one = new ToporiaRealtime(url, {
            transports: names,
            extraHeaders: { 'X-Test': 'yes' },
            reconnectionDelay: 10,
          });
          const heard: unknown[] = [];
          Object.assign(globalThis, { one, heard });
          one.on('greeting', (data) => {
            const { text, bytes } = data as { text: string; bytes?: ArrayBuffer };
            heard.push(text, [...new Uint8Array(bytes ?? new ArrayBuffer(0))]);
          });
          await one.join('room');
          return one.request('greeting', { text: 'größe', bytes: new Uint8Array([1, 2]) });
        },
        [gateway.url, transports] as const,
      );
      expect(await made).toEqual({ status: 'ok' });
      gateway.broadcast('room', 'greeting', { text: '👋', bytes: Buffer.from([3, 4]) });
      await opened.waitForFunction(() => (globalThis as unknown as { heard: unknown[] }).heard.length === 2);
      await opened.evaluate(() => {
        const { one } = globalThis as unknown as { one: Sdk };
        const back = new Promise((resolve) => one.on('reconnected', () => resolve(one.getRooms())));
        Object.assign(globalThis, { back });
      });
      gateway.dropConnections();
      const rooms = await opened.evaluate(() => (globalThis as unknown as { back: Promise<unknown> }).back);
      expect(rooms).toEqual(['room']);
      gateway.broadcast('room', 'greeting', { text: 'after' });
      await opened.waitForFunction(() => (globalThis as unknown as { heard: unknown[] }).heard.length === 4);
      expect(await opened.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard)).toEqual([
        '👋',
        [3, 4],
        'after',
        [],
      ]);
    },
  );

  test('slim without socket.io says what is missing when it is constructed', async () => {
    const opened = await open('/slim-alone');
    const message = await opened.evaluate((url) => {
      try {
        return `no error: ${new ToporiaRealtime(url)}`;
      } catch (error) {
        return (error as Error).message;
      }
    }, gateway.url);
    expect(message).toMatch(/socket\.io/i);
    expect(message).toMatch(/script/i);
  });

  test.each(['/full', '/slim'])(
    'pain 20: loading %s adds one global and no listener beyond those of socket.io',
    async (path) => {
      const globals: string[][] = [];
      const listeners: string[][] = [];
      for (const loaded of ['/io', path]) {
        tab = await browser.newPage();
        await tab.addInitScript(() => {
          const added: string[] = [];
          const original = EventTarget.prototype.addEventListener;
          EventTarget.prototype.addEventListener = function (...args: Parameters<typeof original>) {
            added.push(args[0]);
            return original.apply(this, args);
          };
          Object.assign(globalThis, { addedListeners: added });
        });
        await tab.goto(server.url + loaded);
        globals.push(await tab.evaluate(() => Object.keys(globalThis)));
        listeners.push(
          await tab.evaluate(() => (globalThis as unknown as { addedListeners: string[] }).addedListeners),
        );
        if (loaded === '/io') await tab.close();
      }
      const before = new Set(globals[0]);
      expect(globals[1]?.filter((name) => !before.has(name))).toEqual(['ToporiaRealtime']);
      for (const event of listeners[1] ?? []) expect(listeners[0]).toContain(event);
    },
  );
});
