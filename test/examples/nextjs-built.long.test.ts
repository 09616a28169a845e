import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TestGateway } from '../../gateway/src/testing';
import type { ToporiaRealtime } from '../../src';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { next, open, startGateway, unusedPort } from '../support/realtime-pair';
import { openWatched } from '../support/watched-page';
import { Example } from './example';
import { Running } from './running';

const KEYS = {
  REALTIME_API_KEY: 'key-of-the-tests',
  BROADCAST_APP_KEY: 'chat',
  BROADCAST_APP_SECRET: 'secret-of-the-tests',
};

let example: Example;
let env: Record<string, string>;
let port: number;

beforeAll(async () => {
  example = await Example.install('nextjs', { without: ['toporia-gateway'] });
  port = await unusedPort();
  // The address is part of what is built.
  env = { ...KEYS, NEXT_PUBLIC_GATEWAY_URL: `http://127.0.0.1:${port}`, NEXT_TELEMETRY_DISABLED: '1' };
  const { code, stdout, stderr } = await example.run('build', { env });
  if (code !== 0) throw new Error(`next build failed: ${stdout}${stderr}`);
});

/** A gateway, and the built application's address. */
async function start(): Promise<{ app: string; gateway: TestGateway }> {
  const { REALTIME_API_KEY: api_key, BROADCAST_APP_KEY: app_key, BROADCAST_APP_SECRET: app_secret } = KEYS;
  const gateway = await startGateway({ port, api_key, app_key, app_secret });
  const own = await unusedPort();
  const server = new Running(example, 'start', env, `--port=${own}`);
  await server.until(/Ready/);
  return { app: `http://localhost:${own}`, gateway };
}

/** A client of the SDK that has the cookies of a user. */
function openFor(app: string, cookie: string): ToporiaRealtime {
  return open(`http://127.0.0.1:${port}`, {
    authEndpoint: `${app}/broadcasting/auth`,
    authHeaders: { cookie },
  });
}

const write = (app: string, text: unknown, cookie = '') =>
  fetch(`${app}/messages`, { method: 'POST', headers: { cookie }, body: JSON.stringify({ text }) });

test('its server signs joins, broadcasts what it is sent, and renders it afterwards', async () => {
  const { app } = await start();
  const ann = openFor(app, 'name=Ann');
  const room = await ann.join('presence.chat');
  expect(room.presence.members).toMatchObject([{ id: 'Ann', info: { name: 'Ann' } }]);

  const heard = next(room, 'message.sent');
  const answer = await write(app, ' Hello ', 'name=Bob');
  expect(answer.status).toBe(201);
  const message = await answer.json();
  expect(message).toMatchObject({ name: 'Bob', text: 'Hello' });
  expect(await heard).toEqual(message);

  const page = await (await fetch(app, { headers: { cookie: 'name=Ann' } })).text();
  expect(page).toMatch(/<b>Bob<\/b>.{0,20}Hello/);
});

test('its server lets in those who have signed in, and to its own room alone', async () => {
  const { app } = await start();
  expect(await (await fetch(app)).text()).toContain('Your name');
  expect((await write(app, 'Hello')).status).toBe(401);
  expect((await write(app, '  ', 'name=Ann')).status).toBe(422);

  await expect(openFor(app, '').join('presence.chat')).rejects.toMatchObject({ code: 'unauthorized' });
  const ann = openFor(app, 'name=Ann');
  await expect(ann.join('private.other')).rejects.toMatchObject({ code: 'forbidden' });
  const body = new URLSearchParams({ socket_id: 'id:private.other', channel_name: 'presence.chat' });
  const forged = await fetch(`${app}/broadcasting/auth`, {
    method: 'POST',
    headers: { cookie: 'name=Ann' },
    body,
  });
  expect(forged.status).toBe(422);
});

describeWith('chromium', 'the page of the Next.js example', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  test('shows what is written, and who is there and typing', async () => {
    const { app, gateway } = await start();
    const enter = async (name: string) => {
      const page = await openWatched(browser, app);
      await page.getByRole('textbox', { name: 'Your name' }).fill(name);
      await page.getByRole('button', { name: 'Enter' }).click();
      await page.getByRole('status').getByText('connected').waitFor();
      return page;
    };
    const ann = await enter('Ann');
    const bob = await enter('Bob');
    await ann.getByRole('list', { name: 'People' }).getByText('Bob').waitFor();

    for (const strange of [null, 7, [], { name: 'Eve', text: { html: '<b>' } }]) {
      gateway.broadcast('presence.chat', 'message.sent', strange);
    }
    await bob.getByRole('textbox', { name: 'Message' }).pressSequentially('Good morn');
    await ann.getByText('Bob typing…').waitFor();
    await bob.getByRole('textbox', { name: 'Message' }).pressSequentially('ing');
    await bob.keyboard.press('Enter');
    for (const page of [ann, bob]) await page.getByRole('log').getByText('Good morning').waitFor();
    await vi.waitUntil(async () => (await bob.getByRole('textbox', { name: 'Message' }).inputValue()) === '');

    await ann.reload();
    await ann.getByRole('log').getByText('Good morning').waitFor();
    await bob.close();
    await ann.getByRole('list', { name: 'People' }).getByText('Bob').waitFor({ state: 'detached' });
  });
});
