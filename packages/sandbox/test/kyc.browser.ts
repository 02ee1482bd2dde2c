/** Verification by the shop's own people, clicked by hand: the chat, the upload page, the operators' page, and the chat again. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../../../tools/browser.ts';
import { playOperators } from '../src/launcher/play-operators.ts';
import { listen, newAddress, openDemo, send, startDemo, tap } from './demo.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a buyer hands in, two people approve, and the chat goes on', async () => {
  const { url } = await startDemo(['--kyc', 'manual']);
  const { context, page, complaints } = await openDemo(browser, url);
  await send(page, '/start');
  await tap(page, 'English');
  await send(page, '/buy 41000');
  await tap(page, 'Verify my identity');
  const [upload] = await Promise.all([
    context.waitForEvent('page'),
    page.getByTestId('chat-log').getByRole('link', { name: 'Open the page' }).last().click(),
  ]);
  listen(upload, url, complaints);
  await upload.locator('[name=name]').fill('SOK Dara');
  await upload.locator('[name=born]').fill('1990-04-17');
  await upload.locator('[name=country]').fill('KH');
  const buffer = await upload.screenshot();
  for (const side of ['front', 'back', 'selfie'])
    await upload.locator(`[name=${side}]`).setInputFiles({ name: `${side}.png`, mimeType: 'image/png', buffer });
  await picture(upload, 'kyc-upload-in-the-demo.png');
  await upload.getByRole('button', { name: 'Send' }).click();
  await upload.getByText('Somebody looks at it now').waitFor();

  const operators = await page.getByTestId('operators').getAttribute('href');
  const [first, second] = playOperators;
  const sokha = await review(operators ?? '', first.token);
  await sokha.getByText('Approve…').click();
  const form = sokha.getByTestId('do-review-approve');
  await form.getByLabel('Name').fill('SOK DARA');
  await form.getByLabel('Born').fill('1990-04-17');
  await form.getByLabel('Country').fill('KH');
  await form.getByLabel('Document number').fill('0102030457');
  await form.getByRole('button').click();
  await sokha.getByTestId('own').waitFor();
  const dara = await review(operators ?? '', second.token);
  await dara.getByText('Confirm…').click();
  await dara.getByRole('button', { name: 'Confirm', exact: true }).click();
  await dara.getByText('Confirmed and carried out').waitFor();

  await page.getByTestId('chat-log').getByText('You are verified').waitFor();
  await send(page, await newAddress(page, url));
  await page
    .getByTestId('chat-log')
    .getByRole('button', { name: /Confirm/ })
    .last()
    .waitFor();
  await picture(page, 'kyc-by-hand-in-the-demo.png');
  expect(complaints).toEqual([]);
});

/** Somebody signs in, and opens the one verification that waits. */
async function review(address: string, token: string): Promise<Page> {
  const opened = await (await browser.newContext()).newPage();
  await opened.goto(address);
  await opened.getByTestId('token').fill(token);
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await opened.getByRole('link', { name: /^Reviews/ }).click();
  await opened.locator('td a').first().click();
  await opened.getByRole('heading', { name: 'What the person typed' }).waitFor();
  return opened;
}
