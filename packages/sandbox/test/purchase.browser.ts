/** A whole purchase in the page, clicked by hand, in each of the bot's languages. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../../../tools/browser.ts';
import { newAddress, openDemo, send, startDemo, tap } from './demo.ts';

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
  const { context, page, complaints } = await openDemo(browser, url);

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
  if (words.language === 'English') await picture(page, words.picture, 'window');
  await page.getByTestId('bank-pay').click();
  await page.getByText('broadcast').first().waitFor();
  if (words.language !== 'English') await picture(page, words.picture, 'window');
  await page.getByTestId('chain-mine').click();
  await page.getByTestId('chain-mine').click();
  await page.getByText('DELIVERED').first().waitFor();
  await page.getByText(words.receipt).last().waitFor();
  // What is paid holds no code any more, and the receipt never held one to pay.
  await expect.poll(() => page.locator('[data-testid^="scan-"]').count()).toBe(0);

  expect(complaints).toEqual([]);
  await context.close();
});
