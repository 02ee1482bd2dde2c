import { jsonResponse } from '@rielrails/kit/emulator';
import type { Route } from '@rielrails/kit/emulator';
import { guarded, hash, merchant, numeric, time } from './guard.ts';
import type { House } from './house.ts';

/** The list of "Exchange rate": twelve currencies, riel for one unit, no dollar. Invented figures. */
const exchangeRates = {
  aud: { sell: '2712.40', buy: '2588.10' },
  sgd: { sell: '3192.55', buy: '3047.20' },
  eur: { sell: '4461.07', buy: '4258.34' },
  gbp: { sell: '5302.18', buy: '5060.75' },
  myr: { sell: '968.12', buy: '923.80' },
  thb: { sell: '126.31', buy: '120.55' },
  hkd: { sell: '529.40', buy: '505.30' },
  cny: { sell: '575.20', buy: '548.90' },
  cad: { sell: '2986.31', buy: '2850.02' },
  krw: { sell: '2.98', buy: '2.84' },
  jpy: { sell: '27.15', buy: '25.90' },
  vnd: { sell: '0.16', buy: '0.15' },
};

/** The bank's list of rates. */
export function rateRoutes(house: House): readonly Route[] {
  const rules = { req_time: time, merchant_id: merchant, hash };
  return [
    {
      name: 'exchange-rate',
      method: 'POST',
      path: '/api/payment-gateway/v1/exchange-rate',
      cites: 'PayWay developer portal, "Exchange rate"',
      provenance: 'documented',
      handle: guarded(house, { signed: 'exchangeRate', rules, refusals: numeric(1, 26, 400) }, () =>
        jsonResponse({ status: { code: '00', message: 'Success!' }, exchange_rates: exchangeRates }),
      ),
    },
  ];
}
