/** The demo as a person starts it, and the hands with which its page is used. For the browser suite. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { defaultNodeDirectory } from '@rielrails/wallet/regtest';
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Everything that a page complains of from now on, and every address outside the sandbox that it asks for. */
export function listen(page: Page, url: string, complaints: string[] = []): string[] {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(?:blob|data):/.test(request.url()))
      complaints.push(`outside: ${request.url()}`);
  });
  return complaints;
}

/** Opens the page in a window of its own, and listens to what it complains of. */
export async function openDemo(browser: Browser, url: string) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const complaints = listen(page, url);
  await page.goto(url);
  return { context, page, complaints };
}

/** Starts the demo in a folder of its own, as a person would. */
export async function startDemo(words: readonly string[] = []): Promise<{ readonly url: string }> {
  const home = await mkdtemp(join(tmpdir(), 'rielrails-browser-'));
  // PostgreSQL does not run as root: its user must be able to pass through.
  await chmod(home, 0o711);
  // A home of its own, with the node that was fetched already.
  const node = defaultNodeDirectory(process.env);
  await symlink(node, join(home, basename(node)));
  const demo = spawn(
    process.execPath,
    [main, '--node', process.env['RIELRAILS_BITCOIN_NODE'] === 'require' ? 'bitcoin-knots' : 'any', ...words],
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

/** Types into the chat. */
export async function send(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-input').press('Enter');
}

/** Taps the newest button with these words. */
export async function tap(page: Page, label: string): Promise<void> {
  await page.getByTestId('chat-log').getByRole('button', { name: label }).last().click();
}

/** A fresh address of the buyer's own wallet. */
export async function newAddress(page: Page, url: string): Promise<string> {
  const response = await page.request.post(`${url}/control/chain/address`, { data: {}, headers: { origin: url } });
  const { result } = (await response.json()) as { readonly result: { readonly address: string } };
  return result.address;
}
