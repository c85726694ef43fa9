// The browser that tests look through: the machine's own Chromium, with a fresh profile. Without one, tests fail and say so.
// The headless shell is the same engine without a window system, and takes two thirds of the processor time.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The path of the program. @throws Error if there is none */
export function findChromium(): string {
  const paths = process.env.CHROMIUM === undefined ? INSTALLED : [process.env.CHROMIUM];
  const found = paths.find(existsSync);
  if (found === undefined)
    throw new Error(
      `there is no ${paths.join(' and no ')}: "apt-get install chromium-headless-shell", or name another in CHROMIUM`,
    );
  return found;
}

export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  // Limits end a test that hangs. A busy machine may take many times what an idle one does.
  browser.on('context', context => context.setDefaultTimeout(120_000));
  return browser;
}
