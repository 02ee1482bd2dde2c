import { strict as assert } from 'node:assert';
import { can, money } from '@rielrails/core';
import type { Instant, NextActionType } from '@rielrails/core';
import { assert as assertProperty, asyncProperty, bigInt } from 'fast-check';
import { mustApply, mustDoubt, mustEqualMoney, mustExist, mustRefuse } from '../expect.ts';
import { always, sends } from './facts.ts';
import type { PaymentFacts } from './facts.ts';
import type { PaymentClause } from './clauses.ts';
import { all } from '../suite.ts';
import type { Excluded } from '../suite.ts';

const everyOffer: Readonly<Record<NextActionType, true>> = {
  qr: true,
  redirect: true,
  'deep-link': true,
  'telegram-invoice': true,
  'pay-to-account': true,
  'embedded-form': true,
};

/** What is promised about asking for a payment. */
export const createClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-01',
    title: 'The manifest and the methods agree',
    applies: always,
    async run({ provider }) {
      const { manifest } = provider;
      assert.equal(provider.spec, 'payment/1');
      assert.notEqual(provider.id, '');
      for (const operation of ['get', 'cancel', 'refund', 'complete', 'approve', 'parseWebhook'] as const) {
        assert.equal(can(provider, operation), operation in manifest.operations, `operations.${operation}`);
      }
      assert.ok(can(provider, 'get') || can(provider, 'parseWebhook'), 'neither get nor parseWebhook');
      for (const offer of Object.keys(manifest.offers)) assert.ok(offer in everyOffer, `offers.${offer}`);
      for (const { minimum, maximum } of manifest.assets) {
        assert.ok(minimum.minor > 0n && minimum.minor <= maximum.minor, `limits of ${minimum.asset.code}`);
        assert.deepEqual(minimum.asset, maximum.asset);
      }
      assert.notEqual(manifest.acceptableUse.source, '', 'acceptableUse.source');
    },
  },
  {
    id: 'PAY-02',
    title: 'A created payment is what was asked for, once, and unpaid',
    applies: always,
    async run({ created, emulator, clock, facts }) {
      const { input, payment, next, handle } = await created();
      assert.equal(payment.reference, input.reference);
      mustEqualMoney(payment.requested, input.amount, 'requested');
      assert.deepEqual([...payment.receipts, ...payment.refunds, ...payment.reversals], []);
      assert.ok(['awaiting-payer', 'processing'].includes(payment.status), `status ${payment.status}`);
      assert.ok(input.accepts.includes(next.type), `next.type ${next.type}`);
      assert.ok(next.expiresAt > clock.now(), 'next.expiresAt lies in the past');
      assert.ok((next.payableUntil ?? next.expiresAt) >= next.expiresAt, 'payableUntil ends before expiresAt');
      assert.ok((handle ?? '').length <= 1024, 'handle exceeds 1 KB');
      if (facts.routes.create === null) return;
      assert.equal(emulator.applied.payments.length, 1);
      mustEqualMoney(emulator.applied.payments[0]?.amount, input.amount, 'applied amount');
    },
  },
  {
    id: 'PAY-03',
    title: 'Every way to pay that is offered can be asked for alone',
    applies: always,
    async run({ another, offers }) {
      for (const offer of offers) {
        const { next } = await (await another()).created({ accepts: [offer] });
        assert.equal(next.type, offer);
      }
    },
  },
  {
    id: 'PAY-04',
    title: 'An amount outside the limits is refused before anything is sent',
    applies: always,
    async run({ provider, request, lab }) {
      for (const { minimum, maximum } of provider.manifest.assets) {
        for (const minor of [minimum.minor - 1n, maximum.minor + 1n, 0n, -minimum.minor]) {
          mustRefuse(await provider.create(request({ amount: money(minimum.asset, minor) })), 'invalid');
        }
      }
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'PAY-05',
    title: 'An asset that is not taken is refused before anything is sent',
    applies: always,
    async run({ provider, request, lab }) {
      const [{ minimum }] = provider.manifest.assets;
      const otherScale = { code: minimum.asset.code, scale: minimum.asset.scale + 1 };
      for (const asset of [{ code: 'XTS', scale: minimum.asset.scale }, otherScale]) {
        mustRefuse(await provider.create(request({ amount: money(asset, minimum.minor) })), 'invalid');
      }
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'PAY-06',
    title: 'A caller that can render none of the ways to pay is refused before anything is sent',
    applies: always,
    async run({ provider, request, lab, offers }) {
      const foreign = (Object.keys(everyOffer) as NextActionType[]).find((offer) => !offers.includes(offer));
      if (foreign) mustRefuse(await provider.create(request({ accepts: [foreign] })), 'invalid');
      mustRefuse(await provider.create(request({ accepts: ['carrier-pigeon' as NextActionType] })), 'invalid');
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'PAY-07',
    title: 'A request that has expired is refused before anything is sent',
    applies: always,
    async run({ provider, request, lab, clock }) {
      mustRefuse(await provider.create(request({ expiresAt: clock.now() })), 'invalid');
      mustRefuse(await provider.create(request({ expiresAt: (clock.now() - 1000) as Instant })), 'invalid');
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'PAY-08',
    title: 'Every amount within the limits arrives to the minor unit',
    applies: always,
    async run({ provider, created, emulator, facts, look }) {
      for (const { minimum, maximum } of provider.manifest.assets) {
        const check = async (minor: bigint) => {
          const amount = money(minimum.asset, minor);
          const { input, target, payment } = await created({ amount });
          mustEqualMoney(payment.requested, amount, 'requested');
          if (can(provider, 'get')) mustEqualMoney((await look(target))?.requested, amount, 'looked up');
          if (facts.routes.create === null) return;
          const applied = emulator.applied.payments.find(({ reference }) => reference === input.reference);
          mustEqualMoney(applied?.amount, amount, 'applied');
        };
        await check(minimum.minor);
        await check(maximum.minor);
        const amounts = bigInt({ min: minimum.minor, max: maximum.minor });
        await assertProperty(asyncProperty(amounts, check), { numRuns: 12, seed: 20_260_102 });
      }
    },
  },
  {
    id: 'PAY-09',
    title: 'The same reference twice is one payment',
    applies: all(repeats, sends('create')),
    async run({ provider, request, emulator }) {
      const input = request();
      mustApply(await provider.create(input));
      await provider.create(input);
      assert.equal(emulator.applied.payments.length, 1);
    },
  },
  {
    id: 'PAY-10',
    title: 'A repeated create answers as the manifest says, and a used reference is never a refusal',
    applies: repeats,
    async run({ provider, created, facts, look }) {
      const { input, target } = await created();
      const second = await provider.create(input);
      if (facts.manifest.create.repeat === 'replays') {
        assert.equal(mustApply(second).payment.reference, input.reference);
        return;
      }
      mustDoubt(second, 'duplicate');
      if (can(provider, 'get')) mustEqualMoney((await look(target))?.requested, input.amount, 'found again');
    },
  },
  {
    id: 'PAY-11',
    title: 'A call that was aborted before it began sends nothing',
    applies: sends('create'),
    async run({ provider, request, lab, emulator }) {
      const attempt = await provider.create(request(), { signal: AbortSignal.abort() });
      mustRefuse(attempt, 'unavailable');
      assert.equal(lab.requests, 0, 'requests sent');
      assert.equal(emulator.applied.payments.length, 0);
    },
  },
  {
    id: 'PAY-12',
    title: 'The next action says where and until when to pay',
    applies: always,
    async run({ created }) {
      const { next } = await created();
      switch (next.type) {
        case 'qr':
          assert.notEqual(next.payload, '');
          break;
        case 'redirect':
        case 'telegram-invoice':
          assert.ok(URL.canParse(next.url), 'url');
          break;
        case 'deep-link':
          assert.ok(URL.canParse(next.url), 'url');
          assert.notEqual(next.app, '');
          break;
        case 'pay-to-account':
          assert.notEqual(next.account, '');
          break;
        case 'embedded-form':
          assert.ok(URL.canParse(next.scriptUrl), 'scriptUrl');
          mustExist(next.publishableKey, 'publishableKey');
      }
      assert.ok(Number.isSafeInteger(next.expiresAt), 'expiresAt');
    },
  },
];

function repeats({ manifest }: PaymentFacts): true | Excluded {
  return manifest.create.repeat !== 'none' || { excludedBy: 'create.repeat' };
}
