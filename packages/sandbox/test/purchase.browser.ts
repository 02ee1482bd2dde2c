/** A whole purchase in the page, clicked by hand, in each of the bot's languages. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { defaultNodeDirectory } from '@rielrails/wallet/regtest';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from '../../../tools/browser.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** Where pictures for people are put; without it, none are made. */
const pictures = process.env['RIELRAILS_PICTURES'];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const languages = [
  {
    language: 'English',
    picture: 'demo.png',
    verify: 'Verify my identity',
    verified: 'You are verified',
    confirm: 'Confirm & Pay',
    receipt: 'receipt',
  },
  {
    language: 'ខ្មែរ',
    picture: 'demo-khmer.png',
    verify: 'ផ្ទៀងផ្ទាត់អត្តសញ្ញាណ',
    verified: 'អត្តសញ្ញាណរបស់អ្នកត្រូវបានផ្ទៀងផ្ទាត់ហើយ',
    confirm: 'បញ្ជាក់ និងបង់ប្រាក់',
    receipt: 'បង្កាន់ដៃ',
  },
] as const;

test.each(languages)('a purchase in $language, from /start to confirmed coins', async (words) => {
  const { url } = await startDemo();
  const complaints: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(?:blob|data):/.test(request.url()))
      complaints.push(`outside: ${request.url()}`);
  });
  await page.goto(url);

  await send(page, '/start');
  await tap(page, words.language);
  await send(page, '/buy 41000');
  await tap(page, words.verify);
  await page.locator('[data-testid^="kyc-approve-"]').last().click();
  await page.getByText(words.verified).last().waitFor();
  await send(page, await newAddress(page, url));
  await tap(page, words.confirm);
  await page.locator('[data-testid^="scan-"]').last().click();
  await page.getByTestId('bank-pay').waitFor();
  if (pictures && words.language === 'English') await page.screenshot({ path: join(pictures, words.picture) });
  await page.getByTestId('bank-pay').click();
  await page.getByText('broadcast').first().waitFor();
  if (pictures && words.language !== 'English') await page.screenshot({ path: join(pictures, words.picture) });
  await page.getByTestId('chain-mine').click();
  await page.getByTestId('chain-mine').click();
  await page.getByText('DELIVERED').first().waitFor();
  await page.getByText(words.receipt).last().waitFor();

  expect(complaints).toEqual([]);
  await page.close();
});

/** Starts the demo in a folder of its own, as a person would. */
async function startDemo(): Promise<{ readonly url: string }> {
  const home = await mkdtemp(join(tmpdir(), 'rielrails-browser-'));
  // PostgreSQL does not run as root: its user must be able to pass through.
  await chmod(home, 0o711);
  // A home of its own, with the node that was fetched already.
  const node = defaultNodeDirectory(process.env);
  await symlink(node, join(home, basename(node)));
  const demo = spawn(
    process.execPath,
    [main, '--node', process.env['RIELRAILS_BITCOIN_NODE'] === 'require' ? 'bitcoin-knots' : 'any'],
    {
      env: { ...process.env, RIELRAILS_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(async () => {
    await end(demo);
    await rm(home, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: demo.stdout })) {
    if (line.startsWith('http://127.0.0.1:')) return { url: line.trim() };
  }
  throw new Error('the demo ended before it gave its link');
}

async function end(demo: ChildProcess): Promise<void> {
  if (demo.exitCode !== null) return;
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  await ended;
}

async function send(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-input').press('Enter');
}

async function tap(page: Page, label: string): Promise<void> {
  await page.getByTestId('chat-log').getByRole('button', { name: label }).last().click();
}

/** A fresh address of the buyer's own wallet. */
async function newAddress(page: Page, url: string): Promise<string> {
  const response = await page.request.post(`${url}/control/chain/address`, { data: {}, headers: { origin: url } });
  const { result } = (await response.json()) as { readonly result: { readonly address: string } };
  return result.address;
}
