import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { DemoUser, startDemo } from './demo-user';

const PHONE: BrowserContextOptions = { viewport: { width: 320, height: 568 }, hasTouch: true };
const CONTROLS = /^(button|textbox|link|checkbox|switch|combobox|dialog|log|navigation|complementary)$/;

interface AxNode {
  role: string;
  name: string;
}

/** What a screen reader is given. */
async function accessibilityTree(page: Page): Promise<AxNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? '').trim() }));
}

async function expectNames(page: Page, landmarks: string[]): Promise<void> {
  const tree = await accessibilityTree(page);
  expect(tree.filter(({ role, name }) => CONTROLS.test(role) && !name)).toEqual([]);
  const found = tree.map(({ role }) => role).filter((role) => landmarks.includes(role));
  expect(found.toSorted()).toEqual(landmarks.toSorted());
}

/** Texts on screen with less than the contrast that WCAG AA asks of normal text. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas) throw new Error('no canvas');
    /** The colours one over the other, as sRGB. */
    const blend = (colors: string[]): number[] => {
      for (const color of colors) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb: number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.textContent?.trim();
      if (!text || !element?.checkVisibility({ visibilityProperty: true }) || element.closest('.vh, script'))
        continue;
      const backgrounds: string[] = [];
      for (let e: Element | null = element; e; e = e.parentElement) {
        backgrounds.unshift(getComputedStyle(e).backgroundColor);
      }
      const behind = luminance(blend(['white', ...backgrounds]));
      const before = luminance(blend(['white', ...backgrounds, getComputedStyle(element).color]));
      const ratio = (Math.max(behind, before) + 0.05) / (Math.min(behind, before) + 0.05);
      if (ratio < 4.5) faint.push(`${text}: ${ratio.toFixed(2)}`);
    }
    return faint;
  });
}

/** Where the focus is, and that it can be seen there. */
async function focused(page: Page): Promise<string> {
  const { name, outline } = await page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const label =
      element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.textContent;
    return {
      name: label ?? element.textContent?.trim() ?? '',
      outline: outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth),
    };
  });
  expect(outline, `the outline of "${name}"`).toBeGreaterThanOrEqual(2);
  return name;
}

describeWith('chromium', 'the demo chat, for everybody', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  test('the keyboard alone does it all', async () => {
    const gateway = await startDemo();
    const ada = await DemoUser.arrive(browser, gateway.url);
    const grace = await DemoUser.enter(browser, gateway.url, 'Grace');
    const { keyboard } = ada.page;
    await keyboard.type('Ada');
    await keyboard.press('Enter');
    await ada.isIn('Connected');

    expect(await focused(ada.page)).toBe('Message to general');
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await grace.reads('first line');
    expect(await grace.texts()).toEqual(['first line\nsecond line']);

    const order = ['Message to general'];
    while (order[0] !== 'Skip to the message box') {
      await keyboard.press('Shift+Tab');
      order.unshift(await focused(ada.page));
    }
    const rooms = ['#general', '#random', '#support', 'Join or open a room', 'Join'];
    const mine = ['Change your name', 'Dark colours'];
    const room = ['Leave general', 'Messages in general', 'Message to general'];
    expect(order).toEqual(['Skip to the message box', 'Go offline', ...rooms, ...mine, ...room]);

    const tabTo = async (name: string) => {
      do await keyboard.press('Tab');
      while ((await focused(ada.page)) !== name);
    };
    await tabTo('#random');
    await keyboard.press('Enter');
    expect(await focused(ada.page)).toBe('Message to random');
    await keyboard.press('Shift+Tab');
    expect(await focused(ada.page)).toBe('Messages in random');

    await keyboard.press('Tab');
    while ((await focused(ada.page)) !== 'Change your name') await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await keyboard.type('Countess');
    await keyboard.press('Enter');
    await grace.sees(['Grace (you)', 'Countess']);
    expect(await focused(ada.page)).toBe('Change your name');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    expect(await focused(ada.page)).toBe('Change your name');

    while ((await focused(ada.page)) !== 'Go offline') await keyboard.press('Shift+Tab');
    await keyboard.press('Space');
    await ada.isIn('Offline');
    expect(await focused(ada.page)).toBe('Go online');
    await keyboard.press('Space');
    await ada.isIn('Connected');
  });

  test('every control has a name, and every part a landmark', async () => {
    const gateway = await startDemo();
    const wide = await DemoUser.arrive(browser, gateway.url);
    await expectNames(wide.page, ['main']);
    await wide.page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
    await wide.page.keyboard.press('Enter');
    await wide.isIn('Connected');
    await wide.write('Hello');
    const landmarks = ['banner', 'complementary', 'log', 'main', 'navigation', 'status'];
    await expectNames(wide.page, landmarks);
    await wide.button('Change your name').click();
    await expectNames(wide.page, ['dialog']);
    await wide.button('Cancel').click();
    await wide.button('Go offline').click();
    await wide.write('Waits');
    await expectNames(wide.page, landmarks);
  });

  test('what happens to the connection is announced', async () => {
    const gateway = await startDemo();
    const ada = await DemoUser.enter(browser, gateway.url, 'Ada');
    const status = ada.page.getByRole('status');
    expect(await status.textContent()).toBe('Connected');
    await ada.button('Go offline').click();
    await status.getByText('Offline').waitFor();
    await ada.button('Go online').click();
    await status.getByText('Connected').waitFor();
    await ada.stopTime();
    gateway.freeze();
    gateway.dropConnections();
    await status.getByText(/^Connection lost.*Reconnecting/).waitFor();
    gateway.unfreeze();
    await ada.resumeTime();
    await status.getByText('Connected', { exact: true }).waitFor();
  });

  test('the panels of a phone open, keep the focus, and close', async () => {
    const gateway = await startDemo();
    const { page } = await DemoUser.enter(browser, gateway.url, 'Ada', PHONE);
    for (const [opener, close] of [
      [/^Rooms/, 'Close the rooms'],
      [/^People/, 'Close the people'],
    ] as const) {
      const button = page.getByRole('button', { name: opener });
      expect(await button.getAttribute('aria-expanded')).toBe('false');
      await button.press('Enter');
      await page.getByRole('button', { name: close }).waitFor();
      expect(await focused(page)).toBe(close);
      await expectNames(page, []);
      const behind = (await accessibilityTree(page)).filter(({ name }) => name === 'Message to general');
      expect(behind).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: close }).waitFor({ state: 'hidden' });
      expect(await focused(page)).toMatch(opener);
      await button.click();
      await page.getByRole('button', { name: close }).click();
      await page.getByRole('button', { name: close }).waitFor({ state: 'hidden' });
    }
  });

  test('nothing has to be scrolled sideways on a phone of 320 pixels', async () => {
    const gateway = await startDemo();
    const name = 'Wolfeschlegelsteinhausenbergerdo';
    const phone = await DemoUser.arrive(browser, gateway.url, PHONE);
    const overflow = () =>
      phone.page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('*')]
          .filter((e) => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX !== 'visible')
          .filter((e) => !e.closest('.vh, .heading h2, #hint, .side:not(.open)') && e.clientWidth > 0)
          .map((e) => `${e.tagName} ${e.className}: ${e.scrollWidth} > ${e.clientWidth}`),
      );
    const outside = () =>
      phone.page.evaluate(() =>
        [...document.querySelectorAll('button, input, textarea, .message, .note, #state')]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }))
          .map((e) => ({ box: e.getBoundingClientRect(), name: e.id || e.textContent }))
          .filter(({ box }) => box.left < 0 || box.right > innerWidth)
          .map((e) => e.name),
      );
    const expectFits = async () => {
      expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      expect(await overflow()).toEqual([]);
      expect(await outside()).toEqual([]);
    };
    await expectFits();
    await phone.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await phone.page.keyboard.press('Enter');
    await phone.isIn('Connected');
    const other = await DemoUser.enter(browser, gateway.url, name.toUpperCase());
    await other.write('x'.repeat(300), 'short');
    await phone.write('https://example.com/'.repeat(12));
    await phone.reads('short');
    await expectFits();
    await phone.button('Go offline').click();
    await phone.write('waiting');
    await expectFits();
    await phone.button('Go online').click();
    await phone.hasMark('waiting', 'Delivered');
    // Else one of them may be trying to come back when its page is closed, and complain.
    for (const user of [phone, other]) await user.stopTime();
    gateway.freeze();
    gateway.dropConnections();
    await phone.button('Try now').waitFor();
    await expectFits();
    await phone.button('Rooms').click();
    await phone.button('Close the rooms').waitFor();
    await expect.poll(outside).toEqual([]);
    await expectFits();
  });

  test.each(['light', 'dark'] as const)('texts can be read in %s colours', async (colorScheme) => {
    const gateway = await startDemo();
    const ada = await DemoUser.arrive(browser, gateway.url, { colorScheme, reducedMotion: 'reduce' });
    expect(await faintTexts(ada.page)).toEqual([]);
    await ada.page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
    await ada.page.keyboard.press('Enter');
    await ada.isIn('Connected');
    for (const name of ['Grace', 'Barbara Liskov', 'Katherine', 'Hedy', 'Radia', 'Frances']) {
      const message = { id: name, name, text: `It is ${name}`, at: Date.now() };
      gateway.broadcast('presence.general', 'message.sent', message);
      gateway.broadcast('presence.random', 'message.sent', message);
    }
    await ada.reads('It is Frances');
    await ada
      .button(/random/)
      .getByText('6 unread')
      .waitFor();
    const accept = gateway.of('/').on('message.sent', () => ({ error: { code: 'internal', message: 'No' } }));
    await ada.write('fails');
    await ada.hasMark('fails', 'Not delivered');
    accept();
    await ada.write('delivered');
    await ada.hasMark('delivered', 'Delivered');
    expect(await faintTexts(ada.page)).toEqual([]);
    await ada.button('Go offline').click();
    await ada.write('waits');
    await ada.hasMark('waits', 'Waiting');
    expect(await faintTexts(ada.page)).toEqual([]);
  });
});
