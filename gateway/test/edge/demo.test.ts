import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../src/api';
import { resolveSettings } from '../../src/config';
import { attachHttpApi } from '../../src/http/api';
import { contentSecurityPolicy } from '../../src/http/demo';
import { silentLogger } from '../../src/logger';
import { temporaryFolder } from './support';

const PAGE =
  '<!doctype html>\r\n<style>\r\nb{}</style><script src="/toporia-realtime.umd.min.js"></script><script>\r\nstart()</script>';

/** Serves a demo of our own, without a gateway behind it. */
async function serveDemo(folder: string): Promise<string> {
  const settings = resolveSettings({ options: { demo: true } });
  const server = createServer();
  attachHttpApi(server, { settings, isReady: false } as Gateway, silentLogger, folder);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function demoFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'toporia-realtime.umd.min.js'), 'window.x=1');
  writeFileSync(join(folder, 'toporia-realtime.umd.min.js.map'), '{}');
  writeFileSync(join(folder, 'secret.txt'), 'no');
  return folder;
}

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

it('is served with headers that let nothing else in', async () => {
  const url = await serveDemo(demoFolder());
  const page = await fetch(`${url}/?room=x`);
  expect(page.status).toBe(200);
  expect(await page.text()).toBe(PAGE.replaceAll('\r\n', '\n'));
  const headers = Object.fromEntries(page.headers);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  const policy = headers['content-security-policy']?.split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'self' ${hash('\nstart()')}`);
  expect(policy).toContain(`style-src 'self' ${hash('\nb{}')}`);
  expect(policy).toContain("connect-src 'self' ws: wss:");
  expect(policy).toContain("frame-ancestors 'none'");
});

it('is not sent again unchanged', async () => {
  const url = await serveDemo(demoFolder());
  const first = await fetch(`${url}/toporia-realtime.umd.min.js`);
  expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await first.text()).toBe('window.x=1');
  const etag = first.headers.get('etag') ?? '';
  const again = await fetch(`${url}/toporia-realtime.umd.min.js`, { headers: { 'If-None-Match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

it('is its own files and no others', async () => {
  const url = await serveDemo(demoFolder());
  const status = async (path: string, method = 'GET') => (await fetch(url + path, { method })).status;
  expect(await status('/toporia-realtime.umd.min.js.map')).toBe(200);
  expect(await status('/', 'HEAD')).toBe(200);
  expect(await status('/', 'POST')).toBe(405);
  for (const path of [
    '/index.html',
    '/secret.txt',
    '/toporia-realtime.slim.umd.min.js',
    '/..%2fsecret.txt',
  ]) {
    expect(await status(path)).toBe(404);
  }
  expect(await status('/ready')).toBe(503);
});

it('whose files are missing is told at start', async () => {
  const folder = temporaryFolder();
  await expect(serveDemo(folder)).rejects.toThrow(
    `demo: the file ${join(folder, 'index.html')} is missing; build the package first, or leave demo off`,
  );
});

it('may hold several inline blocks', () => {
  const policy = contentSecurityPolicy(
    '<SCRIPT type="module">a</SCRIPT><script\nsrc=x></script><script>b</script >',
  );
  expect(policy).toContain(`script-src 'self' ${hash('a')} ${hash('b')};`);
});
