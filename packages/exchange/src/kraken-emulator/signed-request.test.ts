import { expect, test } from 'vitest';
import { sign } from './signed-request.ts';

// The worked example of "Spot REST Authentication", whose secret is published there for this purpose.
test('a request is signed as the documented example', () => {
  const secret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
  const body = 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25';
  const signature = sign(secret, { path: '/0/private/AddOrder', nonce: '1616492376594', body });
  expect(signature).toBe('4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==');
});
