import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium';
import { logOf } from '../support/event-log';
import { describeWith } from '../support/programs';
import { startGateway, unusedPort } from '../support/realtime-pair';
import { Example } from './example';
import { Running } from './running';

describeWith('chromium', 'pain 24: the development server of Next collects no dead connections', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  test('with the client of the example', async () => {
    const example = await Example.install('nextjs');
    const edit = (file: string, change: (text: string) => string) => {
      const path = join(example.folder, file);
      writeFileSync(path, change(readFileSync(path, 'utf8')));
    };
    const gateway = await startGateway({ app_key: 'chat', app_secret: 'secret-of-the-tests' });
    const connections = logOf(gateway.gateway.io, 'connection');
    const port = await unusedPort();
    const env = {
      NEXT_PUBLIC_GATEWAY_URL: gateway.url,
      BROADCAST_APP_KEY: 'chat',
      BROADCAST_APP_SECRET: 'secret-of-the-tests',
      NEXT_TELEMETRY_DISABLED: '1',
    };
    const app = new Running(example, 'dev', env, `--port=${port}`);
    await app.until(/Ready/);

    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}`);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Ann');
    await page.getByRole('button', { name: 'Enter' }).click();
    const people = page.getByRole('list', { name: 'People' });
    await people.getByText('Ann').waitFor();
    await page.evaluate(() => Object.assign(globalThis, { isFirstLoad: true }));
    expect(gateway.connections()).toBe(1);

    for (const version of [2, 3, 4]) {
      edit('app/chat.tsx', (text) => text.replace(/<h1>.*<\/h1>/, `<h1>Chat ${version}</h1>`));
      await page.getByRole('heading', { name: `Chat ${version}` }).waitFor();
    }
    expect(connections.entries).toHaveLength(1);

    for (const version of [2, 3, 4]) {
      edit('lib/realtime.ts', (text) => `${text}\nexport const version${version} = true;\n`);
      await connections.until('connection', version);
      await expect.poll(() => gateway.connections()).toBe(1);
      await page.getByRole('status').getByText('connected').waitFor();
      await people.getByText('Ann').waitFor();
    }
    expect(await page.evaluate(() => 'isFirstLoad' in globalThis)).toBe(true);
  });
});
