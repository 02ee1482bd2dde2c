import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const INSTALL = 'apt-get update && apt-get install --yes --no-install-recommends chromium';

/**
 * Starts Debian's Chromium without a window. The caller closes it.
 *
 * It calls nobody by itself: what it opens is what it is told to open. Without a sandbox of its own, because it runs as
 * root in CI: for pages of this repository only.
 *
 * @throws Error naming the command that installs it, when it is missing.
 */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`Chromium is missing. As root: ${INSTALL}`);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
