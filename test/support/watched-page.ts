import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/**
 * Opens a page in a browser context of its own, which ends with the test. Whatever the page complains of fails the
 * test.
 */
export async function openWatched(
  browser: Browser,
  url: string,
  options?: BrowserContextOptions,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (/error|warning/.test(message.type())) problems.push(`${message.text()} (${message.location().url})`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  // Chromium tells of violations on the console too; this one can't be missed for its level.
  await page.exposeFunction('reportViolation', (what: string) => problems.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (window as unknown as { reportViolation(what: string): void }).reportViolation(
        `${violatedDirective} forbids ${blockedURI}`,
      );
    });
  });
  await prepare(page);
  await page.goto(url);
  return page;
}
