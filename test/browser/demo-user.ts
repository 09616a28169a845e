import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { startTestGateway, type TestGateway } from '../../gateway/src/testing';
import { openWatched } from '../support/watched-page';

/** A gateway that serves the demo as it was built, and is gone when the test ends. */
export async function startDemo(): Promise<TestGateway> {
  const gateway = await startTestGateway({ demo: true, shutdown_timeout: 100 });
  onTestFinished(() => gateway.stop());
  return gateway;
}

/** Somebody who uses the demo in a browser of their own. */
export class DemoUser {
  private constructor(readonly page: Page) {}

  /** Opens the demo's page, where a name is asked for. */
  static async arrive(browser: Browser, url: string, options?: BrowserContextOptions): Promise<DemoUser> {
    return new DemoUser(await openWatched(browser, url, options, (page) => page.clock.install()));
  }

  /** Opens the demo and enters with a name. */
  static async enter(
    browser: Browser,
    url: string,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<DemoUser> {
    const user = await DemoUser.arrive(browser, url, options);
    await user.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await user.page.getByRole('button', { name: 'Enter the chat' }).click();
    await user.isIn('Connected');
    await user.sees([`${name} (you)`], { atLeast: true });
    return user;
  }

  /** From here on no timer of the page fires, such as that of its next try to connect, until `resumeTime`. */
  async stopTime(): Promise<void> {
    await this.page.clock.pauseAt(Date.now() + 1_000);
  }

  resumeTime(): Promise<void> {
    return this.page.clock.resume();
  }

  get text(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to/ });
  }

  /** The shown messages with this text. */
  message(text: string): Locator {
    return this.page.locator('.message').filter({ hasText: text, visible: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) });
  }

  async write(...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.text.fill(text);
      await this.text.press('Enter');
    }
  }

  async reads(...texts: string[]): Promise<void> {
    for (const text of texts) await this.message(text).waitFor();
  }

  async hasMark(text: string, mark: string): Promise<void> {
    await this.message(text).getByText(mark, { exact: true }).waitFor({ state: 'attached' });
  }

  /** Waits for the connection's state. */
  async isIn(state: string | RegExp): Promise<void> {
    await this.page.locator('#state').getByText(state).waitFor();
  }

  async goTo(room: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: room }).click();
    await this.page.getByRole('heading', { name: `#${room}` }).waitFor();
  }

  /** Waits for the list of people, in its order. */
  async sees(names: string[], { atLeast = false } = {}): Promise<void> {
    const list = () => this.page.locator('#people-list li > span:last-child').allTextContents();
    const expected = atLeast ? expect.arrayContaining(names) : names;
    await expect.poll(list, { timeout: 15_000 }).toEqual(expected);
  }

  /** Waits for a line such as "Ada joined". */
  async isTold(line: string): Promise<void> {
    await this.page.locator('.note').getByText(line, { exact: true }).filter({ visible: true }).waitFor();
  }

  /** All shown texts, in order. */
  texts(): Promise<string[]> {
    return this.page.locator('.log:not([hidden]) .body').allTextContents();
  }
}
