import { expect, test } from 'vitest';
import { createPaywayQueries } from '../src/index.ts';
import { openWorld, riel } from './world.ts';

test('the bank’s rates are told as they are, and there is no dollar among them', async () => {
  const { config, runtime } = openWorld();
  const rates = await createPaywayQueries(config, runtime).exchangeRates();
  expect(rates).toHaveLength(12);
  expect(rates).toContainEqual({ currency: 'EUR', sell: '4461.07', buy: '4258.34' });
  expect(rates.map(({ currency }) => currency)).not.toContain('USD');
});

test('a wrong key is a config fault, also here', async () => {
  const { config, runtime } = openWorld();
  const queries = createPaywayQueries({ ...config, apiKey: 'another-key' }, runtime);
  await expect(queries.exchangeRates()).rejects.toMatchObject({ fault: { kind: 'config', providerCode: '1' } });
});

test('a detail tells the operations in order', async () => {
  const { config, runtime, emulator, provider, created } = openWorld();
  const queries = createPaywayQueries(config, runtime);
  const target = await created();
  const { reference } = target;
  await emulator.payer.pay(reference, { account: '000 123 456' });
  const receipt = (await provider.get(target))!.receipts[0]!.transaction;
  await provider.refund({ target, receipt, reference, amount: riel(10_000n) });
  const at = runtime.clock.now();
  expect(await queries.transactionDetail(reference)).toMatchObject({
    transactionId: reference,
    paymentStatus: 'REFUNDED',
    originalAmount: '40000',
    originalCurrency: 'KHR',
    refundedAmount: '10000',
    payerAccount: '*****3456',
    operations: [
      { status: 'Create Order', amount: '40000', at },
      { status: 'Completed', amount: '40000', at },
      { status: 'Refunded', amount: '10000', at },
    ],
  });
  expect(await queries.transactionDetail('1' as typeof reference)).toBeNull();
});
