/**
 * Telegram's currency table as its open applications carry it: Android's `currencies.json` of 2024, and the list of
 * aiogram. Riel, kip and Tunisian dinar are not in it.
 */
const codes: ReadonlySet<string> = new Set(
  (
    'AED AFN ALL AMD ARS AUD AZN BAM BDT BGN BHD BND BOB BRL BYN CAD CHF CLP CNY COP CRC CZK DKK DOP DZD EGP ETB EUR GBP ' +
    'GEL GHS GTQ HKD HNL HRK HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KRW KZT LBP LKR MAD MDL MMK MNT MOP MUR MVR ' +
    'MXN MYR MZN NGN NIO NOK NPR NZD PAB PEN PHP PKR PLN PYG QAR RON RSD RUB SAR SEK SGD SYP THB TJS TRY TTD TWD TZS UAH ' +
    'UGX USD UYU UZS VEF VND YER ZAR'
  ).split(' '),
);

/** What A-Pay takes, of these. */
const takenByApay: ReadonlySet<string> = new Set(['INR', 'BDT', 'PKR', 'KES', 'UZS', 'MMK', 'BRL', 'MXN', 'NPR']);

/** Least and most of an invoice in minor units, where they are known. The others are checked for twelve digits alone. */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  USD: [100, 1_000_000],
  INR: [8_377, 83_767_350],
  BDT: [11_644, 116_440_049],
  PKR: [27_599, 275_991_393],
  THB: [3_531, 35_313_038],
  VND: [25_218, 252_175_000],
  MMK: [324_796, 3_247_960_992],
};

/** Whether Telegram and the provider behind a token take a currency. What the test token takes is not documented: all. */
export function isTaken(currency: string, token: 'live' | 'test'): boolean {
  return codes.has(currency) && (token === 'test' || takenByApay.has(currency));
}

/** Whether an invoice may be of this total. */
export function isInRange(currency: string, total: number): boolean {
  const [least, most] = ranges[currency] ?? [1, 999_999_999_999];
  return Number.isSafeInteger(total) && total >= least && total <= most;
}

/** How many decimal places a currency has. */
export function exponentOf(currency: string): number {
  if (['CLP', 'ISK', 'JPY', 'KRW', 'PYG', 'UGX', 'VND'].includes(currency)) return 0;
  return ['BHD', 'IQD', 'JOD'].includes(currency) ? 3 : 2;
}
