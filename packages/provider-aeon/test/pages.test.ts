import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { cents, openWorld } from './world.ts';

/** Opens a page, or presses one of its buttons. */
async function at({ emulator }: World, url: string, form?: Readonly<Record<string, string>>) {
  const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
  const response = await emulator.fetch(new Request(url, init), {});
  return { status: response.status, headers: response.headers, html: await response.text() };
}

test('the page shows what to send, with play money said on it and nothing from elsewhere', async () => {
  const world = openWorld();
  const { url } = await world.created({ returnUrl: 'https://shop.example/?a="><script>' });
  const { status, headers, html } = await at(world, url);
  expect(status).toBe(200);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const text of ['SANDBOX – PLAY MONEY', '25.5 USD', 'USDT: 25.5', 'ETH: 0.00849967', 'name="network"'])
    expect(html).toContain(text);
  const end = await at(world, url, { how: 'exact', token: 'USDT', network: 'TRX' });
  expect(end.html).not.toContain('<script>');
  expect(end.html).toContain('Payment successful');
});

test.each([
  ['exact', 'paid', 'Payment successful'],
  ['more', 'paid', 'Send it back to me'],
  ['less', 'failed', 'lower_amount'],
  ['wrong-token', 'failed', 'wrong_payment'],
  ['wrong-network', 'failed', 'wrong_payment'],
  ['late', 'paid', 'arrived late'],
  ['leave', 'expired', 'The time is over'],
] as const)('%s: %s', async (how, status, words) => {
  const world = openWorld();
  const target = await world.created();
  const { html } = await at(world, target.url, { how, token: 'USDT', network: 'TRX' });
  expect(html).toContain(words);
  expect(html).toContain('https://shop.example/back'.replaceAll(/[&<>"']/g, ''));
  expect(await world.get(target)).toMatchObject({ status });
});

test('another token is priced at its rate, and a connected wallet is told', async () => {
  const world = openWorld();
  const target = await world.created();
  await at(world, target.url, { how: 'exact', token: 'ETH', network: 'ETH', wallet: 'yes' });
  const payment = await world.get(target);
  expect(payment?.receipts[0]?.amount).toEqual(cents(2550n));
  expect(payment?.receipts[0]?.payer?.account).toMatch(/^ETH@ETH:T[0-9a-f]{32}$/);
});

test('a wrong payment is taken back on the page, once', async () => {
  const world = openWorld();
  const { url } = await world.created();
  await at(world, url, { how: 'wrong-token' });
  expect((await at(world, url)).html).toContain('Send it back to me');
  expect((await at(world, url, { how: 'refund' })).html).toContain('on its way back');
  expect((await at(world, url, { how: 'refund' })).status).toBe(409);
  expect(world.emulator.selfRefunds).toHaveLength(1);
});

test('a part, then the rest', async () => {
  const world = openWorld({ accumulates: true });
  const target = await world.created();
  expect((await at(world, target.url, { how: 'less' })).html).toContain('Pay the rest');
  expect((await at(world, target.url)).html).toContain('A part arrived');
  await at(world, target.url, { how: 'exact' });
  expect(await world.get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: cents(2550n) }] });
});

test('the bot’s link leads to a page too, and a pop-up has no way back', async () => {
  const bot = openWorld({}, { display: { type: 'bot', botName: 'demo_shop_bot' } });
  const target = await bot.created();
  expect((await at(bot, target.url, { how: 'exact' })).html).toContain('https://t.me/demo_shop_bot'.slice(8));
  expect(await bot.get(target)).toMatchObject({ status: 'paid' });
  const app = openWorld({}, { display: { type: 'mini-app' } });
  const popUp = await app.created();
  expect((await at(app, popUp.url, { how: 'exact' })).html).toContain('This pop-up closes now');
});

test('an unknown order, an unknown button, a late visit, a second payment', async () => {
  const world = openWorld();
  const { url } = await world.created();
  expect((await at(world, `${url}0`)).status).toBe(404);
  expect((await at(world, `${url}0`, { how: 'exact' })).status).toBe(404);
  expect((await at(world, url, { how: 'fly' })).status).toBe(400);
  await world.runtime.clock.advance(16 * 60_000);
  expect((await at(world, url)).html).toContain('The time for this order is over');
  await at(world, url, { how: 'exact' });
  expect((await at(world, url, { how: 'exact' })).status).toBe(409);
});
