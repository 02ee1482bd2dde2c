import { expect, test } from 'vitest';
import { sign, signedText } from './signed-request.ts';

// The worked examples of "SIGNED Endpoint Examples for POST /api/v3/order" in the venue's REST documentation, whose key
// pair is published there for this purpose.
const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const head = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC';
const tail = 'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';

test.each([
  ['in the body', '', `${head}&${tail}`, 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
  ['in the query', `${head}&${tail}`, '', 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
  ['in both', head, tail, '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77'],
])('parameters %s are signed as the documented example', (_where, query, body, signature) => {
  expect(sign(secret, signedText(query, body))).toBe(signature);
  const last = body === '' ? [`${query}&signature=${signature}`, ''] : [query, `${body}&signature=${signature}`];
  expect(signedText(last[0]!, last[1]!)).toBe(query + body);
});
