import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

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

/** Where pictures for people are put; without it, none are made. */
const pictures = process.env['RIELRAILS_PICTURES'];

/** Takes a picture for people, where they want any: of what the window shows, or of the `whole` page. */
export async function picture(page: Page, name: string, shows: 'window' | 'whole' = 'whole'): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, name), fullPage: shows === 'whole' });
}
