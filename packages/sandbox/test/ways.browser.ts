/** A purchase by every way of paying, clicked by hand in the page and in the pages that it opens. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../../../tools/browser.ts';
import { listen, newAddress, openDemo, send, startDemo, tap } from './demo.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const RIEL = '/buy 41000';
const DOLLARS = '/buy 10 usd';

/** What is shown, and how a person pays it. */
interface Way {
  readonly rail: string;
  readonly asks: string;
  /** A pattern of the button that chooses it. */
  readonly words: string;
  pay(page: Page, open: () => Promise<Page>): Promise<void>;
}

const scan: Way['pay'] = async (page) => {
  // Until the new picture is there, the last one is that of an earlier order, which holds no code any more.
  const scanned = async () => {
    await page.locator('[data-testid^="scan-"]').last().click();
    return page.getByTestId('bank-pay').isVisible();
  };
  await expect.poll(scanned, { timeout: 20_000, interval: 300 }).toBe(true);
  await page.getByTestId('bank-pay').click();
  await page.getByTestId('bank-said').getByText('Paid').waitFor();
  await page.getByTestId('bank-close').click();
};

const ways: readonly Way[] = [
  { rail: 'payway', asks: RIEL, words: 'ABA, ACLEDA, Wing', pay: scan },
  { rail: 'bakong', asks: RIEL, words: 'Bakong and every', pay: scan },
  {
    rail: 'aeon',
    asks: DOLLARS,
    words: 'Crypto',
    async pay(_page, open) {
      const tab = await open();
      await tab.getByRole('button', { name: 'Send exactly this' }).click();
      await tab.getByText('Payment successful').first().waitFor();
      await tab.getByRole('link', { name: 'Back to the shop' }).waitFor();
    },
  },
  {
    rail: 'apay',
    asks: RIEL,
    words: 'ABA, on the page of A-Pay',
    async pay(_page, open) {
      const tab = await open();
      await tab.getByRole('button', { name: 'Pay' }).click();
      await tab.getByText('Payment successful').first().waitFor();
    },
  },
  {
    rail: 'apay-telegram',
    asks: DOLLARS,
    words: 'In Telegram',
    async pay(page) {
      await tap(page, 'Open to pay');
      await page.getByTestId('invoice-pay').click();
      await page.getByTestId('invoice-said').getByText('Paid').waitFor();
      await page.getByTestId('invoice-close').click();
    },
  },
  {
    rail: 'bongloy',
    asks: DOLLARS,
    words: 'Card',
    async pay(_page, open) {
      const tab = await open();
      await tab.getByLabel('Card number').fill('6200 0000 0000 0005');
      await tab.getByLabel('Month').fill('12');
      await tab.getByLabel('Year').fill('2035');
      await tab.getByLabel('Security code').fill('123');
      await tab.getByRole('button', { name: 'Pay' }).click();
      await tab.getByLabel('Card number').waitFor({ state: 'detached' });
    },
  },
  {
    rail: 'wing',
    asks: RIEL,
    words: 'Wing$',
    async pay(_page, open) {
      const tab = await open();
      await tab.getByLabel('PIN').fill('1234');
      await tab.getByRole('button', { name: 'Pay' }).click();
      await tab.getByText('Payment successful').first().waitFor();
    },
  },
];

test('one purchase by every way of paying', async () => {
  const { url } = await startDemo(['--rail', 'apay-telegram']);
  const { context, page, complaints } = await openDemo(browser, url);
  await send(page, '/start');
  await tap(page, 'English');

  for (const [index, { rail, asks, words, pay }] of ways.entries()) {
    await send(page, asks);
    if (index === 0) {
      await tap(page, 'Verify my identity');
      await page.getByTestId('kyc-name').fill('SOK DARA');
      await page.locator('[data-testid^="kyc-approve-"]').last().click();
      await page.getByText('You are verified').last().waitFor();
    }
    await send(page, await newAddress(page, url));
    const quote = page.locator('[data-testid^="message-"]').last();
    await quote.getByRole('button', { name: 'Confirm & Pay' }).waitFor();
    const choice = quote.getByRole('button', { name: new RegExp(`[○●] ${words}`) });
    if (!(await choice.textContent())?.includes('●')) await choice.click();
    await quote.getByRole('button', { name: new RegExp(`● ${words}`) }).waitFor();
    await tap(page, 'Confirm & Pay');
    await pay(page, async () => {
      const opened = context.waitForEvent('page');
      await page.getByTestId('chat-log').getByRole('link', { name: 'Open to pay' }).last().click();
      const tab = await opened;
      listen(tab, url, complaints);
      await tab.waitForLoadState();
      await picture(tab, `pay-${rail}.png`, 'window');
      return tab;
    });
    await picture(page, `paid-by-${rail}.png`, 'window');
    // The newest order stands first.
    const order = page.locator('[data-testid^="order-"]').first();
    await order.locator('.tag', { hasText: 'broadcast' }).waitFor();
    await page.getByTestId('chain-mine').click();
    await page.getByTestId('chain-mine').click();
    await order.locator('.tag', { hasText: 'DELIVERED' }).waitFor();
    for (const tab of context.pages().slice(1)) await tab.close();
  }

  expect(complaints).toEqual([]);
  await context.close();
});
