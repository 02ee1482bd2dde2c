import { Secret } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { sign, verifies } from './emulator/signing.ts';
import { isSigned, signatureOf, signedText } from './signature.ts';

const secret = 'demo-secret-not-real';

/** Our own vectors, made with another program. The one that AEON's AI-Pay page prints is wrong, another lacks its end. */
const vectors = [
  [
    'an order',
    {
      appId: 'TESTAPP0001',
      merchantOrderNo: '20260001',
      orderAmount: '25.50',
      payCurrency: 'USD',
      userId: '42@example.test',
      paymentTokens: 'USDT,ETH',
    },
    '90D2577EA74741898FBE700616F80FB7659ACAE577DD1FC48CD7955225C0D0FE7C197451831E04085C0D3A2D091FB5F05C167067009EDF06606D5FECC4B70934',
  ],
  [
    'a webhook of fourteen fields, one of them empty',
    {
      orderNo: '300217243809185440066',
      orderStatus: 'COMPLETED',
      userId: '42@example.test',
      merchantOrderNo: '20260001',
      orderCurrency: 'USD',
      orderAmount: '25.50',
      payCryptoRate: '1',
      payFiatRate: '1',
      payCryptoCurrency: 'USDT',
      payCryptoVolume: '25.5',
      payCryptoNetwork: 'TRX',
      hxAddress: '0xdemo',
      failReason: '',
      fee: '0.25',
    },
    'D8943F88720CB15553E760022A470F2C1A47EAE13CB4F626C9C85FCDC9F8B4B0BD082AE41BDACAF7ABC34967D878EA773AB34EEC7FB3CBF99B920048B6F33D03',
  ],
] as const;

test.each(vectors)('%s: adapter and emulator sign it alike', (_what, fields, expected) => {
  const names = Object.keys(fields);
  const text = signedText(fields, names);
  const signature = signatureOf(text, new Secret(secret));
  expect(sign(new Map(Object.entries(fields)), new Set(names), secret)).toBe(signature);
  expect(signature).toBe(expected);
});

test('the printed pair begins as SHA-512 of its text does, and not as it is printed', () => {
  const text = signedText({ appId: 'TEST000001', merchantOrderNo: '11126' }, ['merchantOrderNo', 'appId']);
  expect(text).toBe('appId=TEST000001&merchantOrderNo=11126');
  const signature = signatureOf(text, new Secret('9999'));
  expect(signature.startsWith('44911B5A46EB')).toBe(true);
});

test('case does not matter, anything else does', () => {
  const [, fields, expected] = vectors[0];
  const text = signedText(fields, Object.keys(fields));
  const secrets = [new Secret(secret)];
  const base64 = btoa(String.fromCharCode(...(expected.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));
  for (const good of [expected, expected.toLowerCase()]) {
    expect([isSigned(text, good, secrets), verifies(good, expected)]).toEqual([true, true]);
  }
  for (const bad of ['', base64, expected.slice(0, -1), `${expected}0`, ` ${expected}`, expected.replace('9', '8')]) {
    expect([isSigned(text, bad, secrets), verifies(bad, expected)]).toEqual([false, false]);
  }
});
