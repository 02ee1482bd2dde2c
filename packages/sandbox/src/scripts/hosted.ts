import type { Page } from './browser.ts';

/** How a person pays on each hosted page, by its host: the button that says yes, and what has to be typed. */
const hands: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sbx-crypto-payment.aeon.org': { how: 'exact' },
  'a-pay.one': { choice: 'pay' },
  'stageonline.wingmoney.com': { pin: '1234' },
};

/** Pays on a hosted page. `typed`: what is typed or pressed instead. */
export async function payOn(page: Page, address: string, typed: Readonly<Record<string, string>> = {}): Promise<Page> {
  const usual = hands[new URL(address).host];
  if (!usual) throw new Error('nobody knows how to pay on this page');
  return page.press({ ...usual, ...typed });
}
