import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { TestGateway } from '../../gateway/src/testing';
import { startDemo } from '../browser/demo-user';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { pagesOf, serve } from '../support/static-server';
import { ChatUser } from './chat-user';
import { Example } from './example';

const EXAMPLES = ['react-chat', 'vue-chat'] as const;
const built = new Map<string, Example>();

beforeAll(async () => {
  await Promise.all(
    EXAMPLES.map(async (name) => {
      const example = await Example.install(name, { without: ['toporia-gateway'] });
      const { code, stderr } = await example.run('build');
      if (code !== 0) throw new Error(`${name} can't be built: ${stderr}`);
      built.set(name, example);
    }),
  );
});

test.each(EXAMPLES)('the types of %s are right', async (name) => {
  expect(await built.get(name)?.run('types')).toEqual({ code: 0, stdout: '', stderr: '' });
});

describeWith('chromium', 'the chats in React, in Vue and without a framework', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  /** The address of an example for one gateway. */
  async function addressOf(name: string, gateway: TestGateway): Promise<string> {
    const pages = pagesOf(join(built.get(name)?.folder ?? '', 'dist'));
    const server = await serve({ ...pages, '/': pages['/index.html'] ?? '' });
    onTestFinished(() => server.close());
    return `${server.url}/?gateway=${encodeURIComponent(gateway.url)}`;
  }

  /** One user in each, all of whom see each other. */
  async function enterAll(): Promise<{ gateway: TestGateway; users: ChatUser[] }> {
    const gateway = await startDemo();
    const addresses = await Promise.all(EXAMPLES.map((name) => addressOf(name, gateway)));
    const users: ChatUser[] = [];
    for (const [i, url] of [gateway.url, ...addresses].entries()) {
      users.push(await ChatUser.enter(browser, url, ['Dora', 'Rita', 'Vera'][i] ?? ''));
    }
    await allSeeAll(users);
    return { gateway, users };
  }

  const othersOf = (user: ChatUser, users: ChatUser[]) => users.filter((other) => other !== user);

  async function allSeeAll(users: ChatUser[]): Promise<void> {
    for (const user of users) {
      await user.sees(`${user.name} (you)`, ...othersOf(user, users).map(({ name }) => name));
    }
  }

  async function allTalk(users: ChatUser[], topic: string): Promise<void> {
    for (const user of users) {
      const text = `${user.name} on ${topic}`;
      await user.write(text);
      for (const other of othersOf(user, users)) await other.reads(text, user.name);
    }
    for (const user of users) await user.reads(`${user.name} on ${topic}`, '');
  }

  test('are one conversation', async () => {
    const { users } = await enterAll();
    await allTalk(users, 'the weather');
    for (const user of users) {
      await user.text.pressSequentially('Hm');
      for (const other of othersOf(user, users)) await other.seesTyping(user.name);
      await user.text.fill('');
      for (const other of othersOf(user, users)) await other.seesNobodyTyping();
    }
  });

  test('go on after one has loaded its page anew', async () => {
    const { users } = await enterAll();
    for (const user of users) {
      await user.reload();
      await allSeeAll(users);
      await allTalk(users, `the return of ${user.name}`);
    }
  });

  test('come back from a cut connection, everyone in it once', async () => {
    const { gateway, users } = await enterAll();
    gateway.freeze();
    gateway.dropConnections();
    for (const user of users) await user.isCutOff();
    gateway.unfreeze();
    for (const user of users) await user.isConnected();
    await allSeeAll(users);
    await allTalk(users, 'the cut');
  });
});
