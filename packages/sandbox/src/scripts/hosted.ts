import { member, parseJson } from '@rielrails/kit';
import type { Page } from './browser.ts';

type Fields = Readonly<Record<string, string>>;

/** How a person pays on each hosted page, by its host: the button that says yes, and what has to be typed. */
const hands: Readonly<Record<string, Fields>> = {
  'sbx-crypto-payment.aeon.org': { how: 'exact' },
  'a-pay.one': { choice: 'pay' },
  'stageonline.wingmoney.com': { pin: '1234' },
};

/** A test card that is charged. */
const card: Fields = {
  'card[number]': '6200000000000005',
  'card[exp_month]': '12',
  'card[exp_year]': '2035',
  'card[cvc]': '123',
};

/** Pays on a hosted page, or on the shop's own with a card. `typed`: what is typed or pressed instead. */
export async function payOn(page: Page, address: string, typed: Fields = {}): Promise<Page> {
  const key = /\bdata-key="([^"]+)"/.exec(page.html)?.[1];
  if (key !== undefined) return payByCard(page, key, typed);
  const usual = hands[new URL(address).host];
  if (!usual) throw new Error('nobody knows how to pay on this page');
  return page.press({ ...usual, ...typed });
}

/** Does what the card company's script does: the card goes to the company, and its token to the shop. */
async function payByCard(page: Page, key: string, typed: Fields): Promise<Page> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await page.post('https://js.bongloy.com/v1/tokens', { ...card, ...typed }, headers);
  const token = member(parseJson(answer.html), 'id');
  if (typeof token !== 'string') return answer;
  return page.press({ token }, 'send');
}
