import type { Runtime } from '@rielrails/kit';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { launchBrowser } from '../../../tools/browser.ts';
import { createAdminDoor } from '../src/admin/index.ts';
import type { AdminDoorOptions, Duty } from '../src/admin/index.ts';
import { operatorsWith, tokens } from './operators.ts';
import type { OperatorName } from './operators.ts';
import { serve } from './serve.ts';

/** The operators' page in a browser, with people who sign in. */
export interface OperatorsPage {
  readonly url: string;
  /** Signs somebody in, in a browser of their own. At the end of the test nothing may have complained. */
  open(person: OperatorName, options?: { readonly dark?: boolean; readonly width?: number }): Promise<Page>;
  /** A browser that has nothing to do with the page: a buyer's. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Serves the page on 127.0.0.1 and starts a browser. */
export async function openOperatorsPage(
  options: Omit<AdminDoorOptions, 'people'>,
  runtime: Runtime,
  duties: readonly Duty[] = [],
): Promise<OperatorsPage> {
  const { url, close } = await serve(createAdminDoor({ ...options, people: operatorsWith(duties) }, runtime));
  const browser = await launchBrowser();

  async function visit(context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await browser.newContext(context);
    onTestFinished(() => opened.close());
    return opened.newPage();
  }

  return {
    url,
    visit,
    async open(person, { dark = false, width = 1280 } = {}) {
      const page = await visit({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(url)) complaints.push(`outside: ${request.url()}`);
        if (request.resourceType() === 'script') complaints.push('a script');
      });
      onTestFinished(() => expect(complaints).toEqual([]));
      await page.goto(url);
      await page.getByTestId('token').fill(tokens[person]);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByTestId('banner').waitFor();
      expect(await page.getByTestId('person').textContent()).toBe(person);
      return page;
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}

/** Waits for what the page says about the last command. */
export async function says(page: Page, text: string): Promise<void> {
  await page.getByTestId('notice').filter({ hasText: text }).waitFor();
}

/** What stands out of the window, outside of tables that scroll in their own box. */
const standingOut = `
  [...document.querySelectorAll('body *')]
    .filter((one) => !one.parentElement.closest('.scroll'))
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((one) => one.tagName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 40))`;

/** That the page is as wide as its window, and no wider. */
export async function fits(page: Page): Promise<void> {
  // Before its style sheet is there, every page is as wide as its longest word.
  await page.waitForLoadState('load');
  expect(await page.evaluate(standingOut)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
}
