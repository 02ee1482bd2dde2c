import { strict as assert } from 'node:assert';
import { can, checkAddress, money } from '@rielrails/core';
import type { Clearance, Withdraw } from '@rielrails/core';
import { assert as assertProperty, asyncProperty, bigInt } from 'fast-check';
import { constructionClauses } from '../construction.ts';
import type { Journey } from '../construction.ts';
import { mustApply, mustDoubt, mustEqualMoney, mustExist, mustRefuse, mustReportWordsOnce } from '../expect.ts';
import { lostAnswers } from '../lost-answers.ts';
import { all } from '../suite.ts';
import type { Clause } from '../suite.ts';
import { webhookClauses } from '../webhook-clauses.ts';
import type { WebhookClauseIds } from '../webhook-clauses.ts';
import { findsByReference, has, hasApprovals, longAgo, ofOtherNetwork, seen, sendsCoins } from './world.ts';
import type { CustodyFacts, CustodyWorld } from './world.ts';

/** A promise of a custody, described in `docs/spec/custody.md`. */
export type CustodyClause = Clause<CustodyFacts, CustodyWorld>;

const always = () => true as const;

const addressClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-01',
    title: 'The manifest names assets and a network whose addresses it reads',
    applies: always,
    async run({ custody, emulator }) {
      assert.equal(custody.spec, 'custody/1');
      assert.notEqual(custody.id, '');
      const { assets, address } = custody.manifest;
      assert.ok(assets.length > 0 && address.network !== '');
      assert.equal(checkAddress(emulator.network.address(), address).outcome, 'valid');
    },
  },
  {
    id: 'CUS-02',
    title: 'An address with a wrong character is refused, and no text makes the rule throw',
    applies: always,
    async run({ custody, emulator }) {
      const { address: rule } = custody.manifest;
      const good = emulator.network.address();
      for (let index = 0; index < good.length; index += 1) {
        const other = /[a-z]/.test(good[index] ?? '')
          ? good[index] === 'q'
            ? 'p'
            : 'q'
          : good[index] === '7'
            ? '8'
            : '7';
        const typo = good.slice(0, index) + other + good.slice(index + 1);
        assert.equal(rule.read(typo).outcome, 'refused', `a typo at ${index} was taken`);
      }
      for (const text of [
        '',
        ' ',
        good.slice(1),
        good.slice(0, -1),

        '\u0000',
        '0'.repeat(10_000),
        'ព្រះ',
      ]) {
        assert.equal(rule.read(text).outcome, 'refused');
      }
    },
  },
];

const clearanceClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-03',
    title: 'A cleared withdrawal is sent once: this amount to this address',
    applies: always,
    async run({ custody, withdrawal, emulator }) {
      const input = withdrawal();
      const sent = mustApply(await custody.withdraw(input));
      assert.equal(sent.reference, input.reference);
      mustEqualMoney(sent.amount, input.amount, 'amount');
      assert.notEqual(sent.status, 'failed');
      assert.equal(emulator.applied.withdrawals.length, 1);
      const [truth] = emulator.applied.withdrawals;
      assert.equal(truth?.address, input.destination.address.text);
      mustEqualMoney(truth?.amount, input.amount, 'what arrives');
    },
  },
  {
    id: 'CUS-04',
    title: 'A clearance for another reference lets nothing out',
    applies: always,
    run: (world) => refusesClearance(world, (clearance) => ({ ...clearance, reference: world.reference() })),
  },
  {
    id: 'CUS-05',
    title: 'A clearance for another address lets nothing out',
    applies: always,
    run: (world) => refusesClearance(world, (clearance) => ({ ...clearance, address: world.customer() })),
  },
  {
    id: 'CUS-06',
    title: 'A clearance for less lets nothing out',
    applies: always,
    async run(world) {
      const less = money(world.asset, world.usual.minor - 1n);
      await refusesClearance(world, (clearance) => ({ ...clearance, maximum: less }));
      const foreign = money({ code: 'XTS', scale: world.asset.scale }, world.usual.minor);
      await refusesClearance(world, (clearance) => ({ ...clearance, maximum: foreign }));
    },
  },
  {
    id: 'CUS-07',
    title: 'A stale clearance lets nothing out',
    applies: always,
    run: (world) => refusesClearance(world, (clearance) => ({ ...clearance, validUntil: longAgo })),
  },
  {
    id: 'CUS-08',
    title: 'An asset that is not held, or no amount, is refused before anything is sent',
    applies: always,
    async run(world) {
      const amounts = [
        money({ code: 'XTS', scale: world.asset.scale }, world.usual.minor),
        money(world.asset, 0n),
        money(world.asset, -1n),
      ];
      for (const amount of amounts) {
        const input = { ...world.withdrawal(), amount };
        const { requests } = world.lab;
        mustRefuse(await world.custody.withdraw(input), 'invalid');
        assert.equal(world.lab.requests, requests, 'requests sent');
      }
      assert.deepEqual(world.emulator.applied.withdrawals, []);
    },
  },
  {
    id: 'CUS-09',
    title: 'An address of another network is refused before anything is sent',
    applies: always,
    async run(world) {
      const { custody, withdrawal, clear, lab } = world;
      const input = withdrawal();
      const address = ofOtherNetwork(input.destination.address);
      const clearance = clear({ reference: input.reference, address });
      const { requests } = lab;
      mustRefuse(
        await custody.withdraw({ ...input, destination: { type: 'customer', address, clearance } }),
        'invalid',
      );
      assert.equal(lab.requests, requests, 'requests sent');
      assert.deepEqual(world.emulator.applied.withdrawals, []);
    },
  },
  {
    id: 'CUS-10',
    title: 'A withdrawal to an address of our own needs no clearance',
    applies: has('depositAddress'),
    async run({ custody, asset, usual, reference, emulator }) {
      assert.ok(can(custody, 'depositAddress'));
      const address = await custody.depositAddress(asset);
      assert.equal(custody.manifest.address.read(address.text).outcome, 'valid');
      mustApply(
        await custody.withdraw({ reference: reference(), amount: usual, destination: { type: 'own', address } }),
      );
      assert.equal(emulator.applied.withdrawals[0]?.address, address.text);
    },
  },
  {
    id: 'CUS-11',
    title: 'What the customer confirmed is sealed: another address, amount or reference is refused at sending',
    applies: has('bind'),
    async run(world) {
      const { custody, withdrawal, emulator, usual, asset } = world;
      assert.ok(can(custody, 'bind'));
      const input = withdrawal();
      const { reference, destination } = input;
      const bound = { reference, address: destination.address, minimum: usual, maximum: usual };
      const more = money(asset, usual.minor + 1n);
      assert.equal(custody.bind(bound), custody.bind(bound), 'the same seal twice');
      const seals = [
        custody.bind({ ...bound, address: world.customer() }),
        custody.bind({ ...bound, reference: world.reference() }),
        custody.bind({ ...bound, minimum: more, maximum: more }),
        'nonsense',
      ];
      for (const binding of seals)
        mustRefuse(await custody.withdraw({ ...input, binding }), 'invalid', 'declined', 'conflict');
      const { binding: _left, ...unbound } = input;
      mustRefuse(await custody.withdraw(unbound), 'invalid');
      assert.deepEqual(emulator.applied.withdrawals, []);
    },
  },
];

const moneyClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-12',
    title: 'What arrives is the amount, to the minor unit; the fee comes on top',
    applies: always,
    async run({ custody, withdrawal, emulator, asset, usual }) {
      const sizes = bigInt({ min: usual.minor, max: usual.minor * 10n });
      const check = async (minor: bigint) => {
        const input = withdrawal({ amount: money(asset, minor) });
        const sent = mustApply(await custody.withdraw(input));
        const truth = emulator.applied.withdrawals.find(({ address }) => address === input.destination.address.text);
        mustEqualMoney(truth?.amount, input.amount, 'what arrives');
        await emulator.network.confirm(1);
        const found = mustExist(await custody.get(input), 'the withdrawal');
        for (const one of [sent, found]) {
          mustEqualMoney(one.amount, input.amount, 'amount');
          if (one.fee) assert.ok(one.fee.minor >= 0n && one.fee.asset.code === asset.code, 'fee');
        }
      };
      await assertProperty(asyncProperty(sizes, check), { numRuns: 5, seed: 20_260_102 });
    },
  },
  {
    id: 'CUS-13',
    title: 'More than there is, is declined',
    applies: always,
    async run({ custody, withdrawal, emulator, asset, usual }) {
      const input = withdrawal({ amount: money(asset, usual.minor * 100_000n) });
      mustRefuse(await custody.withdraw(input), 'declined');
      assert.deepEqual(emulator.applied.withdrawals, []);
    },
  },
  {
    id: 'CUS-14',
    title: 'The balance falls by what was sent',
    applies: has('balance'),
    async run({ custody, withdrawn, emulator, asset, usual }) {
      assert.ok(can(custody, 'balance'));
      const before = await custody.balance(asset);
      assert.ok(before.available.minor >= usual.minor, 'available');
      await withdrawn();
      await emulator.network.confirm(6);
      const after = await custody.balance(asset);
      const total = (balance: typeof before) => balance.available.minor + balance.pending.minor;
      assert.ok(total(after) <= total(before) - usual.minor, 'the balance did not fall');
    },
  },
  {
    id: 'CUS-15',
    title: 'A fee is estimated in the asset itself',
    applies: has('estimateFee'),
    async run({ custody, usual, asset }) {
      assert.ok(can(custody, 'estimateFee'));
      const fee = await custody.estimateFee({ amount: usual });
      assert.equal(fee.asset.code, asset.code);
      assert.ok(fee.minor >= 0n);
    },
  },
  {
    id: 'CUS-16',
    title: 'A confirmed withdrawal names its transaction and how deep it lies',
    applies: always,
    async run({ custody, withdrawn, emulator }) {
      const { input } = await withdrawn();
      await emulator.network.confirm(1);
      const shallow = mustExist(await custody.get(input), 'the withdrawal');
      assert.ok(shallow.status === 'confirmed', `status ${shallow.status}`);
      assert.ok(Number.isSafeInteger(shallow.depth) && shallow.depth >= 1, `depth ${shallow.depth}`);
      assert.notEqual(shallow.transactionId, '');
      await emulator.network.confirm(5);
      const deep = mustExist(await custody.get(input), 'the withdrawal');
      assert.ok(deep.status === 'confirmed' && deep.depth >= shallow.depth, 'depth fell');
      assert.equal(deep.transactionId, shallow.transactionId);
    },
  },
  {
    id: 'CUS-17',
    title: 'Paying more for a stuck withdrawal never pays twice',
    applies: has('bump'),
    async run({ custody, withdrawn, emulator }) {
      assert.ok(can(custody, 'bump'));
      const { input } = await withdrawn();
      const attempt = await custody.bump(input);
      if (attempt.outcome === 'applied') assert.equal(attempt.value.reference, input.reference);
      await emulator.network.confirm(6);
      const { address } = input.destination;
      const sent = emulator.applied.withdrawals.filter((one) => one.address === address.text);
      assert.equal(sent.length, 1, 'payments to the address');
    },
  },
];

const doubtTitles = {
  'timeout-after-apply': 'A withdrawal whose answer never came is no failure, and was sent once',
  'reset-after-apply': 'A withdrawal whose connection broke after it arrived is no failure, and was sent once',
  'http-500-after-apply': 'A withdrawal answered by a server error is no failure, and was sent once',
  'unreadable-200': 'A withdrawal answered by something unreadable is no failure, and was sent once',
};

const doubtClauses: readonly CustodyClause[] = [
  ...lostAnswers.map(([fault], index): CustodyClause => ({
    id: `CUS-${18 + index}`,
    title: doubtTitles[fault],
    applies: sendsCoins,
    async run({ custody, withdrawal, emulator, breakWithdraw }) {
      const input = withdrawal();
      breakWithdraw(fault);
      const attempt = await custody.withdraw(input);
      assert.notEqual(attempt.outcome, 'refused', 'called a failure');
      if (attempt.outcome === 'applied') assert.notEqual(attempt.value.status, 'failed');
      assert.equal(emulator.applied.withdrawals.length, 1, 'withdrawals applied');
    },
  })),
  {
    id: 'CUS-22',
    title: 'A withdrawal in doubt is found by its reference, and is not called failed',
    applies: all(sendsCoins, findsByReference),
    async run({ another }) {
      for (const [fault] of lostAnswers) {
        const { custody, withdrawal, breakWithdraw } = await another();
        const { amount, reference, ...rest } = withdrawal();
        breakWithdraw(fault);
        await custody.withdraw({ amount, reference, ...rest });
        const found = mustExist(await custody.get({ reference }), `the withdrawal after ${fault}`);
        mustEqualMoney(found.amount, amount, 'amount');
        assert.notEqual(found.status, 'failed');
      }
    },
  },
  {
    id: 'CUS-23',
    title: 'A withdrawal that may not have arrived is no failure, and is sent at most once',
    applies: sendsCoins,
    async run({ another }) {
      for (const fault of ['timeout-before', 'http-503'] as const) {
        const { custody, withdrawal, emulator, breakWithdraw } = await another();
        breakWithdraw(fault);
        const attempt = await custody.withdraw(withdrawal());
        assert.notEqual(attempt.outcome, 'refused', `called a failure after ${fault}`);
        assert.ok(emulator.applied.withdrawals.length <= 1, 'sent twice');
      }
    },
  },
  {
    id: 'CUS-24',
    title: 'A refusal for want of a connection, or for haste, means that nothing was sent',
    applies: sendsCoins,
    async run({ another }) {
      for (const [fault, kind] of [
        ['refused-connection', 'unavailable'],
        ['throttled', 'throttled'],
      ] as const) {
        const { custody, withdrawal, emulator, breakWithdraw } = await another();
        breakWithdraw(fault);
        const attempt = await custody.withdraw(withdrawal());
        if (attempt.outcome !== 'refused') continue;
        mustRefuse(attempt, kind);
        assert.deepEqual(emulator.applied.withdrawals, []);
      }
    },
  },
  {
    id: 'CUS-25',
    title: 'The same reference twice is sent once, and answers as the manifest says',
    applies: ({ manifest }) => manifest.withdraw.repeat !== 'none' || { excludedBy: 'withdraw.repeat' },
    async run({ custody, withdrawn, emulator, facts }) {
      const { input } = await withdrawn();
      const second = await custody.withdraw(input);
      assert.equal(emulator.applied.withdrawals.length, 1, 'withdrawals applied');
      if (facts.manifest.withdraw.repeat === 'replays')
        mustEqualMoney(mustApply(second).amount, input.amount, 'amount');
      else mustDoubt(second, 'duplicate');
    },
  },
  {
    id: 'CUS-26',
    title: 'A used reference with another address or amount sends nothing and is never called applied',
    applies: ({ manifest }) => manifest.withdraw.repeat !== 'none' || { excludedBy: 'withdraw.repeat' },
    async run({ custody, withdrawn, withdrawal, emulator, asset, usual }) {
      const { reference } = (await withdrawn()).input;
      for (const amount of [usual, money(asset, usual.minor * 2n)]) {
        const second = await custody.withdraw(withdrawal({ reference, amount }));
        assert.notEqual(second.outcome, 'applied', 'the second withdrawal was called applied');
        assert.equal(emulator.applied.withdrawals.length, 1, 'withdrawals applied');
      }
    },
  },
  {
    id: 'CUS-27',
    title: 'A withdrawal answered with another amount is in doubt',
    applies: all(sendsCoins, seen('echoesAmount')),
    async run({ custody, withdrawal, breakWithdraw }) {
      breakWithdraw('wrong-amount');
      mustDoubt(await custody.withdraw(withdrawal()), 'echo-mismatch');
    },
  },
  {
    id: 'CUS-28',
    title: 'A call that was aborted before it began sends nothing',
    applies: always,
    async run({ custody, withdrawal, emulator }) {
      mustRefuse(await custody.withdraw(withdrawal(), { signal: AbortSignal.abort() }), 'unavailable');
      assert.deepEqual(emulator.applied.withdrawals, []);
    },
  },
];

const lookupClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-29',
    title: 'A lookup of what was never asked for gives null',
    applies: findsByReference,
    async run({ custody, reference }) {
      assert.equal(await custody.get({ reference: reference() }), null);
    },
  },
  {
    id: 'CUS-30',
    title: 'A lookup that fails once is repeated and answers',
    applies: seen('getSends'),
    async run({ custody, withdrawn, emulator, lab }) {
      const { input } = await withdrawn();
      const { requests } = lab;
      emulator.faults.add('http-503');
      assert.equal(mustExist(await custody.get(input), 'the withdrawal').reference, input.reference);
      assert.ok(lab.requests >= requests + 2, 'the lookup was not repeated');
    },
  },
  {
    id: 'CUS-31',
    title: 'A lookup that keeps failing is neither "not found" nor a failed withdrawal',
    applies: seen('getSends'),
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const { custody, withdrawn, emulator } = await another();
        const { input } = await withdrawn();
        emulator.faults.add(fault, { times: 1000 });
        const found = await custody.get(input).catch((error: unknown) => {
          assert.ok(error instanceof Error && 'fault' in error, 'threw something else than a fault');
          assert.equal((error.fault as { readonly kind: string }).kind, 'unavailable');
          return 'thrown' as const;
        });
        if (found !== 'thrown') assert.notEqual(mustExist(found, 'the withdrawal').status, 'failed');
      }
    },
  },
  {
    id: 'CUS-32',
    title: "A custodian's unfamiliar word is neither failure nor confirmation, and is logged once",
    applies: seen('tellsStatus'),
    async run({ custody, withdrawn, emulator, lab }) {
      const { input } = await withdrawn();
      emulator.faults.add('unknown-status-word', { times: 100 });
      for (let time = 0; time < 2; time += 1) {
        const { status } = mustExist(await custody.get(input), 'the withdrawal');
        assert.ok(status !== 'failed' && status !== 'confirmed', `status ${status}`);
      }
      mustReportWordsOnce(lab.lines);
    },
  },
];

const patienceClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-36',
    title: 'A withdrawal whose outcome is open is asked for once',
    applies: all(
      sendsCoins,
      ({ manifest }) => manifest.withdraw.repeat !== 'replays' || { excludedBy: 'withdraw.repeat' },
    ),
    async run({ another }) {
      const before = ['timeout-before', 'http-503'] as const;
      for (const fault of [...before, ...lostAnswers.map(([lost]) => lost)]) {
        const { custody, withdrawal, emulator, breakWithdraw, facts } = await another();
        breakWithdraw(fault);
        await custody.withdraw(withdrawal());
        const asked = emulator.exchanges.filter(({ route }) => route === facts.withdrawRoute);
        assert.equal(asked.length, 1, `calls of ${facts.withdrawRoute} after ${fault}`);
      }
    },
  },
  {
    id: 'CUS-37',
    title: 'A withdrawal that waits for a person is found waiting, and is sent once it has leave',
    applies: hasApprovals,
    async run({ custody, withdrawal, emulator, breakWithdraw, facts }) {
      const { approve } = await watched(emulator);
      const input = withdrawal();
      assert.equal(mustApply(await custody.withdraw(input)).status, 'awaiting-approval');
      const lost = withdrawal();
      if (facts.withdrawRoute !== null) breakWithdraw('reset-after-apply');
      await custody.withdraw(lost);
      for (const one of facts.manifest.get.by === 'reference' ? [input, lost] : [input]) {
        const found = mustExist(await custody.get(one), 'the withdrawal');
        assert.equal(found.status, 'awaiting-approval');
        mustEqualMoney(found.amount, one.amount, 'amount');
      }
      assert.deepEqual(emulator.applied.withdrawals, []);
      await approve(input.reference);
      assert.equal(emulator.applied.withdrawals.length, 1, 'withdrawals applied');
      const { status } = mustExist(await custody.get(input), 'the withdrawal');
      assert.ok(status !== 'awaiting-approval' && status !== 'failed', `status ${status}`);
    },
  },
  {
    id: 'CUS-38',
    title: 'A withdrawal to which a person said no has failed, and nothing left',
    applies: hasApprovals,
    async run({ custody, withdrawn, emulator }) {
      const { reject } = await watched(emulator);
      const { input } = await withdrawn();
      await reject(input.reference);
      const found = mustExist(await custody.get(input), 'the withdrawal');
      assert.ok(found.status === 'failed', `status ${found.status}`);
      assert.equal(found.fundsReturned, true, 'what never left counts as returned');
      assert.deepEqual(emulator.applied.withdrawals, []);
    },
  },
];

/** The numbers of the promises about webhooks. */
export const custodyWebhookIds: WebhookClauseIds = {
  genuine: 'CUS-39',
  changed: 'CUS-40',
  proof: 'CUS-41',
  forged: 'CUS-42',
  repeated: 'CUS-43',
  distinct: 'CUS-44',
  silent: 'CUS-45',
  hopeless: 'CUS-46',
};

const custodyWebhookClauses = webhookClauses<CustodyFacts, CustodyWorld>(custodyWebhookIds, {
  // A custodian's webhook has no terms of its own: it has to be signed, whole.
  terms: ({ operations }) =>
    operations.includes('parseWebhook') ? { authentication: 'signature', replayable: true, covers: 'body' } : undefined,
  mayBeNameless: true,
  facts: ({ facts }) => facts,
  parse({ custody }) {
    assert.ok(can(custody, 'parseWebhook'));
    return custody.parseWebhook;
  },
  async happen({ withdrawn, emulator }) {
    const { input } = await withdrawn();
    await emulator.network.confirm(1);
    return input.reference;
  },
});

const freezeClauses: readonly CustodyClause[] = [
  {
    id: 'CUS-47',
    title: 'A look that may only watch brings nothing out; one that may do more does',
    applies: seen('handsIn'),
    async run({ custody, withdrawal, emulator, breakWithdraw }) {
      const input = withdrawal();
      breakWithdraw('refused-connection');
      await custody.withdraw(input);
      for (let time = 0; time < 2; time += 1) {
        const found = mustExist(await custody.get({ ...input, watchOnly: true }), 'the withdrawal');
        assert.equal(found.status, 'signing');
        assert.deepEqual(emulator.applied.withdrawals, [], 'brought out while it was only watched');
      }
      assert.equal(mustExist(await custody.get(input), 'the withdrawal').status, 'broadcast');
      assert.equal(emulator.applied.withdrawals.length, 1, 'withdrawals applied');
    },
  },
];

const custodyJourney: Journey<CustodyWorld> = async ({ custody, withdrawal, emulator, asset }, tell) => {
  tell(custody);
  const input = withdrawal();
  tell(await custody.withdraw(input));
  await custody.get(input).then(tell, tell);
  if (can(custody, 'balance')) await custody.balance(asset).then(tell, tell);
  if (can(custody, 'bump')) tell(await custody.bump(input));
  if (!can(custody, 'parseWebhook')) return;
  for (const delivery of emulator.webhooks.deliveries()) {
    tell(await custody.parseWebhook(delivery));
    tell(await custody.parseWebhook({ ...delivery, headers: new Headers() }));
  }
};

/** Every promise of a custody, in the order of `docs/spec/custody.md`. */
export const custodyClauses: readonly CustodyClause[] = [
  ...addressClauses,
  ...clearanceClauses,
  ...moneyClauses,
  ...doubtClauses,
  ...lookupClauses,
  ...constructionClauses<CustodyFacts, CustodyWorld>(['CUS-33', 'CUS-34', 'CUS-35'], custodyJourney),
  ...patienceClauses,
  ...custodyWebhookClauses,
  ...freezeClauses,
];

/** The people at the custodian, from now on asked about every withdrawal. */
async function watched({ approvals }: CustodyWorld['emulator']) {
  const people = mustExist(approvals, 'approvals');
  await people.require();
  return people;
}

async function refusesClearance(
  { custody, withdrawal, lab, emulator }: CustodyWorld,
  change: (clearance: Clearance) => unknown,
): Promise<void> {
  const input: Withdraw = withdrawal();
  assert.ok(input.destination.type === 'customer');
  const { address } = input.destination;
  const clearance = change(input.destination.clearance) as Clearance;
  const { requests } = lab;
  mustRefuse(await custody.withdraw({ ...input, destination: { type: 'customer', address, clearance } }), 'invalid');
  assert.equal(lab.requests, requests, 'requests sent');
  assert.deepEqual(emulator.applied.withdrawals, []);
}
