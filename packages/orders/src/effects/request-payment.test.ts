import type { AnyPaymentProvider, CreatePayment } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { openDesk } from '../../test/order/desk.ts';
import type { Providers } from '../providers.ts';
import type { Outside } from './outside.ts';
import { requestPaymentDoor } from './request-payment.ts';

/** What a rail is asked, where the front end says this about coming back. */
async function askedOf(returnUrl: Providers['returnUrl']): Promise<CreatePayment | undefined> {
  const desk = openDesk();
  desk.confirm();
  const asked: CreatePayment[] = [];
  const rail = {
    id: 'cash',
    async create(input: CreatePayment) {
      asked.push(input);
      return { outcome: 'refused', fault: { kind: 'unavailable', provider: 'cash', message: 'no' } };
    },
  };
  const providers = {
    rails: [rail as unknown as AnyPaymentProvider],
    accepts: ['qr'],
    purpose: () => 'Bitcoin purchase',
    ...(returnUrl ? { returnUrl } : {}),
  };
  const outside = {
    providers,
    runtime: createVirtualRuntime(),
    callTimeoutMs: 1000,
    rails: { note: () => {}, isDown: () => false },
  } as unknown as Outside;
  await requestPaymentDoor.call(desk.last('request-payment'), desk.order, outside);
  return asked[0];
}

test('a payer comes back to where the front end says, if it says so', async () => {
  expect(await askedOf('https://shop.example/back')).toMatchObject({ returnUrl: 'https://shop.example/back' });
  expect(await askedOf(undefined)).not.toHaveProperty('returnUrl');
});
