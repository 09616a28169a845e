import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openWatched } from '../support/watched-page';

/** Somebody in one of the chats, which all call the same things by the same names. */
export class ChatUser {
  private constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  static async enter(
    browser: Browser,
    url: string,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<ChatUser> {
    const user = new ChatUser(await openWatched(browser, url, options), name);
    await user.enter();
    return user;
  }

  private async enter(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(this.name);
    await this.page.getByRole('button', { name: 'Enter the chat' }).click();
    await this.isConnected();
  }

  /** Loads the page anew, and tells the name again where the page has not kept it. */
  async reload(): Promise<void> {
    await this.page.reload();
    const isAsked = this.page.getByRole('textbox', { name: 'Your name' });
    const isIn = this.text;
    await isAsked.or(isIn).waitFor();
    if (await isAsked.isVisible()) await this.enter();
    else await this.isConnected();
  }

  get text(): Locator {
    return this.page.getByRole('textbox', { name: 'Message to general' });
  }

  async isConnected(): Promise<void> {
    await this.page.getByText('Connected', { exact: true }).first().waitFor();
  }

  async isCutOff(): Promise<void> {
    const states = this.page.getByText('Connected', { exact: true });
    await expect.poll(() => states.count(), { timeout: 15_000 }).toBe(0);
  }

  async write(text: string): Promise<void> {
    await this.text.fill(text);
    await this.text.press('Enter');
  }

  /** Waits for a message, and looks whose it is said to be. */
  async reads(text: string, from: string): Promise<void> {
    const message = this.page.locator('.message').filter({ hasText: text, visible: true });
    await message.waitFor();
    expect(await message.textContent()).toContain(from);
  }

  /** All people in the room, oneself marked. */
  async sees(...names: string[]): Promise<void> {
    const people = this.page.getByRole('complementary', { name: /^People/ }).getByRole('listitem');
    const seen = async () => (await people.allInnerTexts()).map((text) => text.split('\n').at(-1)).sort();
    await expect.poll(seen, { timeout: 15_000 }).toEqual([...names].sort());
  }

  async seesTyping(name: string): Promise<void> {
    await this.page.getByText(`${name} is typing…`).filter({ visible: true }).waitFor();
  }

  async seesNobodyTyping(): Promise<void> {
    await this.page.getByText('typing…').filter({ visible: true }).waitFor({ state: 'detached' });
  }
}
