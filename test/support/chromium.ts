import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { program } from './find-program';

const FLAGS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the installed Chromium; use it in a `describeWith('chromium', …)`. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ executablePath: program('chromium').path, args: FLAGS, ...options });
}
