// The browser that tests look through: the machine's own Chromium, with a fresh profile. Without one, tests fail and say so.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`there is no ${CHROMIUM}: "apt-get install chromium", or name another in CHROMIUM`);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  // Limits end a test that hangs. A busy machine may take many times what an idle one does.
  browser.on('context', context => context.setDefaultTimeout(120_000));
  return browser;
}
