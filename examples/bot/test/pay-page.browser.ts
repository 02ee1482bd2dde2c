/** The pay page in Chromium, with the card company's script from its emulator: under our policy, and no card comes to us. */

import { Secret, systemClock, systemRandom } from '@rielrails/kit';
import { createBongloyEmulator } from '@rielrails/provider-bongloy/emulator';
import type { Language } from '@rielrails/orders';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchBrowser, picture } from '../../../tools/browser.ts';
import { openDoor } from '../src/door.ts';
import { createPayPage } from '../src/pay-page.ts';
import { createFakeOrders, payableView } from './fake-orders.ts';

const CARD = '4242424242424242';

async function setUp(language: Language) {
  const bongloy = createBongloyEmulator({
    clock: systemClock,
    random: systemRandom,
    deliver: async () => new Response(),
  });
  const fake = createFakeOrders();
  const { payBy, createdAt } = payableView();
  fake.order = payableView({
    language,
    rail: 'bongloy',
    next: {
      type: 'embedded-form',
      scriptUrl: 'https://js.bongloy.com/v3',
      publishableKey: bongloy.config.publishableKey,
      expiresAt: payBy ?? createdAt,
    },
  });
  const came: string[] = [];
  const served: { page?: ReturnType<typeof createPayPage> } = {};
  const door = await openDoor(0, async (request) => {
    came.push(`${request.url} ${await request.clone().text()}`);
    return (await served.page?.handle(request)) ?? new Response(null, { status: 404 });
  });
  served.page = createPayPage({
    orders: fake.orders,
    dataKey: new Secret('a data key that only this test uses, long enough'),
    publicUrl: `http://127.0.0.1:${door.port}`,
    chatUrl: 'https://t.me/riel_bot',
    shop: 'Riel Bitcoin',
    sandbox: true,
  });
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  onTestFinished(async () => {
    // A request may still be on its way when the test has seen enough.
    await page.unrouteAll({ behavior: 'wait' });
    await browser.close();
    await door.close();
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Chromium asks every site for an icon.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) complaints.push(message.text());
  });
  await page.route('https://js.bongloy.com/**', async (route) => {
    const asked = route.request();
    const answer = await bongloy.fetch(
      new Request(asked.url(), {
        method: asked.method(),
        headers: await asked.allHeaders(),
        ...(asked.method() === 'POST' ? { body: asked.postData() ?? '' } : {}),
      }),
      {},
    );
    await route.fulfill({
      status: answer.status,
      headers: { ...Object.fromEntries(answer.headers), 'access-control-allow-origin': '*' },
      body: await answer.text(),
    });
  });
  await page.goto(served.page.linkFor({ channel: 'telegram', chat: '42' }, fake.order) ?? '');
  return { fake, page, came, complaints };
}

async function fill(page: Page, number: string): Promise<void> {
  const values = { number, month: '12', year: '2035', code: '123' };
  for (const [id, value] of Object.entries(values)) await page.locator(`#${id}`).fill(value);
  await page.locator('#card button').click();
}

test('the token comes here and the card does not', async () => {
  const { fake, page, came, complaints } = await setUp('en');
  await picture(page, 'pay-page-en.png');
  await fill(page, CARD.replaceAll(/(.{4})(?=.)/g, '$1 '));
  await expect.poll(() => fake.asked.length).toBe(1);
  expect(fake.asked[0]).toMatch(/^complete [0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(came.join('\n')).not.toMatch(/4242|2035|number=/);
  expect(complaints).toEqual([]);
});

test('a card that the company does not take: its reason, and nothing comes here', async () => {
  const { fake, page, came } = await setUp('km');
  await picture(page, 'pay-page-km.png');
  await fill(page, '4111111111111112');
  await expect.poll(() => page.locator('#said').textContent()).not.toBe('');
  expect(await page.locator('#card button').isEnabled()).toBe(true);
  expect(fake.asked).toEqual([]);
  expect(came.some((one) => one.includes('4111'))).toBe(false);
});
