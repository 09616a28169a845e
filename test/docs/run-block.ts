import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Route } from 'playwright-core';
import type { TestGateway } from '../../gateway/src/testing';
import { serve } from '../support/static-server';
import { type Block, root } from './blocks';

/** The address that the docs use, for which the test's gateway stands in. */
const DOCUMENTED = /http:\/\/localhost:3000(?![0-9])/g;
const END = '[end of the block]';

const at = (code: string, { url }: TestGateway) => code.replaceAll(DOCUMENTED, url);

/** Runs a block as an ES module of Node in this repository, until its last statement is done. */
export function runInNode({ code }: Block, gateway: TestGateway): Promise<void> {
  const script = `${at(code, gateway)}\n;process.stdout.write(${JSON.stringify(END)});`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      output += text;
      // Examples stay connected, as a program would.
      if (output.includes(END)) child.kill();
    });
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (output.includes(END) && errors === '') resolve();
      else reject(new Error(`The block ended with ${status}: ${errors}${output}`));
    });
  });
}

/** Scripts that the docs take from a CDN, and the files here that they stand for. */
function localScript(url: string): string | undefined {
  const ours =
    /^https:\/\/(?:unpkg\.com|cdn\.jsdelivr\.net\/npm)\/toporia-realtime(?:@[^/]*)?(?:\/(dist\/.+))?$/.exec(
      url,
    );
  if (ours) return join(root, ours[1] ?? 'dist/toporia-realtime.umd.min.js');
  const io = /^https:\/\/cdn\.socket\.io\/(\d[\d.]*)\/socket\.io(?:\.min)?\.js$/.exec(url);
  if (!io) return undefined;
  const name = io[1] === '4.5.4' ? 'socket.io-client-4.5.4' : 'socket.io-client';
  return fileURLToPath(new URL(`../../node_modules/${name}/dist/socket.io.min.js`, import.meta.url));
}

/** Opens a block as a page; done when it is connected and in the room that it joins. */
export async function runInChromium({ code }: Block, gateway: TestGateway, browser: Browser): Promise<void> {
  const html = at(code, gateway);
  // A page of another origin than this machine's may not connect to it.
  const server = await serve({ '/': html });
  const page = await browser.newPage();
  try {
    const failed = new Promise<never>((_resolve, reject) => {
      page.on('pageerror', ({ message }) => reject(new Error(message)));
      page.on('console', (message) => {
        if (message.type() === 'error') reject(new Error(message.text()));
      });
      page.on('requestfailed', (request) => reject(new Error(`${request.url()} can't be loaded`)));
    });
    const answer = (route: Route) => {
      const url = route.request().url();
      const script = localScript(url);
      if (script) return route.fulfill({ contentType: 'text/javascript', body: readFileSync(script) });
      if (url.endsWith('/favicon.ico')) return route.fulfill({ status: 204 });
      return url.startsWith(gateway.url) || url === `${server.url}/` ? route.continue() : route.abort();
    };
    await page.route('**/*', answer);
    const joined = whenJoined(html, gateway);
    await Promise.race([failed, Promise.all([page.goto(server.url), joined])]);
  } finally {
    await Promise.all([page.close(), server.close()]);
  }
}

/** When the gateway has a client in the room that the code joins first; at once where it joins none. */
function whenJoined(code: string, { gateway, url }: TestGateway): Promise<void> {
  const room = /\.(?:join|channel)\(\s*['"`]([\w.:-]+)['"`]/.exec(code)?.[1];
  if (room === undefined) return Promise.resolve();
  const namespace = /^[\w/-]*/.exec(code.split(url)[1] ?? '')?.[0] || '/';
  const { adapter } = gateway.io.of(namespace);
  return new Promise((resolve, reject) => {
    const look = () => {
      gateway.channels(namespace).then((channels) => {
        if (channels.some(({ name }) => name === room)) resolve();
      }, reject);
    };
    adapter.on('join-room', look);
  });
}
