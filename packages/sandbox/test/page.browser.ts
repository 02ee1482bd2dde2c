/** The page in Chromium: run by the browser suite, not with the other tests. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../../../tools/browser.ts';
import { createFakeWorld, tellStory } from './fake-world.ts';
import type { FakeWorld } from './fake-world.ts';

let browser: Browser;
let fake: FakeWorld;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  fake = await createFakeWorld();
  await tellStory(fake);
  complaints = [];
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(fake.world.url) && !/^(?:blob|data):/.test(url)) complaints.push(`outside: ${url}`);
  });
  await page.goto(fake.world.url);
  await page.getByTestId('chat-log').waitFor();
});

afterEach(async () => {
  expect(complaints).toEqual([]);
  await page.close();
  await fake.world.close();
});

test('says what it is, and draws Khmer with its own font', async () => {
  expect(await page.getByTestId('banner').textContent()).toBe('SANDBOX – PLAY MONEY');
  await page.evaluate('document.fonts.ready.then(() => null)');
  const fonts = await page.evaluate<string[]>(
    "[...document.fonts].filter(({ status }) => status === 'loaded').map(({ unicodeRange }) => unicodeRange)",
  );
  expect(fonts.some((range) => range.includes('U+1780'))).toBe(true);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

/** The bot sends a message with a button, and the person taps it. Gives the message, and the id of the tap. */
async function tapped() {
  const sent = await fake.bot('sendMessage', {
    chat_id: 1001,
    text: 'Working',
    reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] },
  });
  await page.getByTestId(`tap-${sent.message_id}-go`).click();
  await expect.poll(() => fake.telegram.pendingUpdates.at(-1)).toMatchObject({ callback_query: { data: 'go' } });
  const update = fake.telegram.pendingUpdates.at(-1) as unknown as { callback_query: { id: string } };
  return { sent, tap: update.callback_query.id };
}

test('a message goes to the bot, and its answer and edit come back', async () => {
  await page.getByTestId('chat-input').fill('hello <b>bot</b>');
  await page.getByTestId('chat-input').press('Enter');
  await page.getByText('hello <b>bot</b>').waitFor();
  await page.getByTestId('chat-menu').click();
  await page.getByTestId('command-orders').click();
  await expect.poll(() => fake.telegram.pendingUpdates.at(-1)).toMatchObject({ message: { text: '/orders' } });
  const { sent, tap } = await tapped();
  await fake.bot('answerCallbackQuery', { callback_query_id: tap, text: 'One moment' });
  await page.getByTestId('chat-notice').getByText('One moment').waitFor();
  await fake.bot('editMessageText', { chat_id: 1001, message_id: sent.message_id, text: 'Done' });
  await page.getByTestId(`message-${sent.message_id}`).getByText('Done').waitFor();
});

test('an alert of before the page was opened does not come back', async () => {
  const { sent, tap } = await tapped();
  const answer = { callback_query_id: tap, text: 'I am looking', show_alert: true };
  await fake.bot('answerCallbackQuery', answer);
  await page.getByTestId('chat-notice').getByText('I am looking').waitFor();
  await page.reload();
  await page.getByTestId(`message-${sent.message_id}`).waitFor();
  await page.getByTestId('bank').waitFor();
  expect(await page.getByTestId('chat-notice').count()).toBe(0);
});

test('on a telephone a scan brings the bank app into sight, and the bar on top stays small', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate<number>("document.querySelector('.top').offsetHeight")).toBeLessThan(90);
  await page.locator('[data-testid^=scan-]').last().click();
  await page.getByTestId('bank-pay').waitFor();
  await expect
    .poll(() => page.evaluate("document.querySelector('[data-testid=bank-pay]').getBoundingClientRect().bottom"))
    .toBeLessThan(844);
});

test('its times are those of the bot: Phnom Penh’s', async () => {
  const clock = page.getByTestId('clock');
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Phnom_Penh', hour: '2-digit' });
  const now = await page.evaluate<number>('Date.now()');
  expect(await clock.textContent()).toContain(`, ${hour.format(now)}:`);
});

test('a fresh address goes into the chat at a press', async () => {
  await page.getByTestId('chain-fresh').click();
  await page.getByTestId('chain-to-chat').click();
  const address = await page.getByTestId('chain-address').inputValue();
  await expect.poll(() => fake.telegram.pendingUpdates.at(-1)).toMatchObject({ message: { text: address } });
  await expect.poll(() => page.getByTestId('chain-to-chat').count()).toBe(0);
});

test('what an address holds is looked up again with every block', async () => {
  await page.getByTestId('chain-fresh').click();
  await page.getByTestId('chain-found').waitFor();
  const looked = page.waitForResponse((response) => response.url().endsWith('/control/chain/lookup'));
  await page.getByTestId('chain-mine').click();
  expect((await looked).status()).toBe(200);
});

test('the bank app reads the picture and pays', async () => {
  await page.locator('[data-testid^=scan-]').last().click();
  await expect.poll(() => page.getByTestId('bank-amount').inputValue()).toBe('410000');
  await page.getByTestId('bank-less').click();
  await page.getByTestId('bank-said').getByText('Paid').waitFor();
  await page.getByTestId('bank-more').click();
  await page.getByTestId('bank-said').getByText('Refused: The amount is fixed by the code').waitFor();
  await page.getByTestId('bank-twice').click();
  await expect.poll(() => page.getByTestId('bank-receipts').locator('tr').count()).toBe(3);
  expect(fake.told).toMatchObject([{ amount: { minor: 369_000n } }, { amount: { minor: 451_000n } }, {}, {}]);
});

test('chain, desk, engine, faults and clock', async () => {
  await page.getByTestId('chain-mine-6').click();
  await expect.poll(() => page.getByTestId('chain-height').textContent()).toBe('220');
  await page.getByTestId('kyc-approve-5102938475610293847').click();
  await page.getByTestId('machine-kill').click();
  await page.getByTestId('engine').getByText('stopped').waitFor();
  await page.getByTestId('machine-restart').click();
  await page.getByTestId('order-R-20418').getByText('in doubt').waitFor();
  await page.getByTestId('tab-orders').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByTestId('fault-emulator').selectOption('bank');
  await page.getByTestId('fault-add').click();
  await page.getByTestId('faults-planned').getByText('bank · any call').waitFor();
  expect(fake.bank.faults.planned).toMatchObject([{ fault: 'timeout-after-apply', route: '*' }]);
  await page.getByTestId('clock-3600000').click();
  await page.getByTestId('clock').getByText('1 h 0 min ahead').waitFor();
});

test('a refusal is shown and can be closed', async () => {
  await page.getByTestId('chain-address').fill('tb1qsomewhereelse');
  const answered = page.waitForResponse((response) => response.url().endsWith('/control/chain/lookup'));
  await page.getByTestId('chain-lookup').click();
  expect((await answered).status()).toBe(400);
  await page.getByTestId('problem').getByText('not an address of this network').waitFor();
  // The browser itself writes a line about every answer of 400; nothing else may stand there.
  expect(complaints).toHaveLength(1);
  complaints = [];
  await page.getByTestId('problem').getByRole('button').click();
  await expect.poll(() => page.getByTestId('problem').count()).toBe(0);
});
