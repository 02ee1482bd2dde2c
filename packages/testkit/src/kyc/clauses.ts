import { strict as assert } from 'node:assert';
import { can, kycReasons } from '@rielrails/core';
import { constructionClauses } from '../construction.ts';
import type { Journey } from '../construction.ts';
import { mustApply, mustDoubt, mustExist, mustRefuse, mustReportWordsOnce, mustThrow } from '../expect.ts';
import { later } from '../lab.ts';
import { lostAnswers } from '../lost-answers.ts';
import { all } from '../suite.ts';
import type { Clause } from '../suite.ts';
import { webhookClauses } from '../webhook-clauses.ts';
import type { WebhookClauseIds } from '../webhook-clauses.ts';
import { findsByReference, person, seen, sendsStarts } from './world.ts';
import type { KycFacts, KycWorld } from './world.ts';

/** A promise of a KYC provider, described in `docs/spec/kyc.md`. */
export type KycClause = Clause<KycFacts, KycWorld>;

const always = () => true as const;

const startClauses: readonly KycClause[] = [
  {
    id: 'KYC-01',
    title: 'The manifest declares how a repeat and a lookup behave',
    applies: always,
    async run({ provider }) {
      assert.equal(provider.spec, 'kyc/1');
      assert.notEqual(provider.id, '');
      assert.ok(['replays', 'rejects', 'none'].includes(provider.manifest.start.repeat));
      assert.ok(['reference', 'handle'].includes(provider.manifest.get.by));
    },
  },
  {
    id: 'KYC-02',
    title: 'A start opens one case, pending, and gives a link that has not expired',
    applies: always,
    async run({ provider, request, emulator, clock }) {
      const input = request();
      const started = mustApply(await provider.start(input));
      assert.equal(started.case.reference, input.reference);
      assert.equal(started.case.status, 'pending');
      assert.ok(URL.canParse(started.url), 'url');
      assert.ok(started.linkExpiresAt > clock.now(), 'the link has expired');
      assert.ok((started.handle ?? '').length <= 1024, 'handle exceeds 1 KB');
      assert.deepEqual(
        emulator.applied.cases.map(({ reference }) => reference),
        [input.reference],
      );
    },
  },
  {
    id: 'KYC-03',
    title: 'The same reference twice is one case, and answers as the manifest says',
    applies: ({ manifest }) => manifest.start.repeat !== 'none' || { excludedBy: 'start.repeat' },
    async run({ provider, request, emulator, facts }) {
      const input = request();
      mustApply(await provider.start(input));
      const second = await provider.start(input);
      assert.equal(emulator.applied.cases.length, 1, 'cases');
      if (facts.manifest.start.repeat === 'replays') assert.equal(mustApply(second).case.reference, input.reference);
      else mustDoubt(second, 'duplicate');
    },
  },
];

const doubtTitles = {
  'timeout-after-apply': 'A start whose answer never came is unknown, and one case exists',
  'reset-after-apply': 'A start whose connection broke after it arrived is unknown, and one case exists',
  'http-500-after-apply': 'A start answered by a server error is unknown, and one case exists',
  'unreadable-200': 'A start answered by something unreadable is unknown, and one case exists',
};

const doubtClauses: readonly KycClause[] = [
  ...lostAnswers.map(([fault, reason], index): KycClause => ({
    id: `KYC-0${4 + index}`,
    title: doubtTitles[fault],
    applies: sendsStarts,
    async run({ provider, request, emulator, breakStart }) {
      breakStart(fault);
      mustDoubt(await provider.start(request()), reason);
      assert.equal(emulator.applied.cases.length, 1, 'cases');
    },
  })),
  {
    id: 'KYC-08',
    title: 'A case in doubt is found by its reference',
    applies: all(sendsStarts, findsByReference),
    async run({ another }) {
      for (const [fault] of lostAnswers) {
        const { provider, request, breakStart, look } = await another();
        const input = request();
        breakStart(fault);
        mustDoubt(await provider.start(input));
        assert.equal((await look({ reference: input.reference })).status, 'pending');
      }
    },
  },
  {
    id: 'KYC-09',
    title: 'A start that timed out before it arrived is unknown, and a lookup finds nothing',
    applies: sendsStarts,
    async run({ provider, request, emulator, breakStart, facts }) {
      const input = request();
      breakStart('timeout-before');
      mustDoubt(await provider.start(input), 'timeout');
      assert.deepEqual(emulator.applied.cases, []);
      if (facts.manifest.get.by === 'reference') assert.equal(await provider.get(input), null);
    },
  },
  {
    id: 'KYC-10',
    title: 'A start whose connection was refused is unavailable, and no case exists',
    applies: sendsStarts,
    async run({ provider, request, emulator, breakStart }) {
      breakStart('refused-connection');
      mustRefuse(await provider.start(request()), 'unavailable');
      assert.deepEqual(emulator.applied.cases, []);
    },
  },
  {
    id: 'KYC-11',
    title: 'A start answered by 503 is unknown and is not sent again',
    applies: sendsStarts,
    async run({ provider, request, emulator, breakStart, facts }) {
      breakStart('http-503');
      mustDoubt(await provider.start(request()), 'server-error');
      assert.equal(emulator.exchanges.filter(({ route }) => route === facts.startRoute).length, 1, 'times sent');
    },
  },
  {
    id: 'KYC-12',
    title: 'A start that came too often is throttled: refused, not in doubt',
    applies: sendsStarts,
    async run({ provider, request, emulator, breakStart }) {
      breakStart('throttled');
      mustRefuse(await provider.start(request()), 'throttled');
      assert.deepEqual(emulator.applied.cases, []);
    },
  },
  {
    id: 'KYC-13',
    title: 'A call that was aborted before it began sends nothing',
    applies: sendsStarts,
    async run({ provider, request, emulator, lab }) {
      mustRefuse(await provider.start(request(), { signal: AbortSignal.abort() }), 'unavailable');
      assert.equal(lab.requests, 0, 'requests sent');
      assert.deepEqual(emulator.applied.cases, []);
    },
  },
  {
    id: 'KYC-14',
    title: 'A deadline ends a start, and a start that it ends is in doubt',
    applies: sendsStarts,
    async run({ provider, request, breakStart, clock }) {
      breakStart('timeout-after-apply');
      const deadline = later(clock, 700);
      mustDoubt(await provider.start(request(), { deadline }), 'timeout');
      assert.ok(clock.now() <= deadline + 10, 'went on after its deadline');
    },
  },
];

const caseClauses: readonly KycClause[] = [
  {
    id: 'KYC-15',
    title: 'A lookup of what was never opened gives null',
    applies: findsByReference,
    async run({ provider, reference }) {
      assert.equal(await provider.get({ reference: reference() }), null);
    },
  },
  {
    id: 'KYC-16',
    title: 'A lookup that fails once is repeated and answers',
    applies: seen('getSends'),
    async run({ started, emulator, lab, look }) {
      const target = await started();
      const { requests } = lab;
      emulator.faults.add('http-503');
      assert.equal((await look(target)).reference, target.reference);
      assert.ok(lab.requests >= requests + 2, 'the lookup was not repeated');
    },
  },
  {
    id: 'KYC-17',
    title: 'A lookup that keeps failing throws unavailable: neither "not found" nor approved',
    applies: seen('getSends'),
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const { provider, approved, emulator } = await another();
        const { target } = await approved();
        emulator.faults.add(fault, { times: 1000 });
        await mustThrow(() => provider.get(target), 'unavailable');
      }
    },
  },
  {
    id: 'KYC-18',
    title: 'An approval carries the verified identity and when it ends',
    applies: always,
    async run({ approved, clock }) {
      const { found } = await approved();
      assert.ok(found.status === 'approved', `status ${found.status}`);
      assert.ok(found.until > clock.now(), 'the approval has ended');
      assert.equal(plain(found.identity.name), plain(person.name));
      assert.equal(found.identity.born ?? person.born, person.born);
      assert.ok((found.identity.countries ?? [person.country]).includes(person.country), 'countries');
    },
  },
  {
    id: 'KYC-19',
    title: 'The end of an approval does not move when it is read again',
    applies: always,
    async run({ approved, look, clock }) {
      const { target, found } = await approved();
      await clock.sleep(24 * 3_600_000);
      const again = await look(target);
      assert.ok(found.status === 'approved' && again.status === 'approved', 'approved');
      assert.equal(again.until, found.until);
    },
  },
  {
    id: 'KYC-20',
    title: 'A case that may be tried again says why',
    applies: always,
    async run({ started, emulator, look }) {
      const target = await started();
      await emulator.desk.reject(target.reference, 'retry', 'The picture is not readable.');
      const found = await look(target);
      assert.ok(found.status === 'retry', `status ${found.status}`);
      mustBeSayable(found.reasons);
    },
  },
  {
    id: 'KYC-21',
    title: 'A final rejection is final and says why',
    applies: always,
    async run({ started, emulator, look }) {
      const target = await started();
      await emulator.desk.reject(target.reference, 'final', 'The document is forged.');
      const found = await look(target);
      assert.ok(found.status === 'rejected', `status ${found.status}`);
      mustBeSayable(found.reasons);
    },
  },
  {
    id: 'KYC-22',
    title: 'An approval that was taken back is revoked',
    applies: always,
    async run({ approved, emulator, look }) {
      const { target } = await approved();
      await emulator.desk.revoke(target.reference);
      assert.equal((await look(target)).status, 'revoked');
    },
  },
  {
    id: 'KYC-23',
    title: "A provider's unfamiliar word means pending and is logged once",
    applies: seen('tellsStatus'),
    async run({ approved, emulator, look, lab }) {
      const { target } = await approved();
      emulator.faults.add('unknown-status-word', { times: 100 });
      for (let time = 0; time < 2; time += 1) assert.equal((await look(target)).status, 'pending');
      mustReportWordsOnce(lab.lines);
    },
  },
];

/** The numbers of the promises about webhooks. */
export const kycWebhookIds: WebhookClauseIds = {
  genuine: 'KYC-24',
  changed: 'KYC-25',
  proof: 'KYC-26',
  forged: 'KYC-27',
  repeated: 'KYC-28',
  distinct: 'KYC-29',
  silent: 'KYC-30',
  hopeless: 'KYC-31',
};

const kycWebhookClauses = webhookClauses<KycFacts, KycWorld>(kycWebhookIds, {
  // A KYC webhook has no terms of its own: it has to be signed, whole.
  terms: ({ hasWebhooks }) =>
    hasWebhooks ? { authentication: 'signature', replayable: true, covers: 'body' } : undefined,
  facts: ({ facts }) => facts,
  parse({ provider }) {
    assert.ok(can(provider, 'parseWebhook'));
    return provider.parseWebhook;
  },
  async happen({ approved }) {
    return (await approved()).target.reference;
  },
});

const kycJourney: Journey<KycWorld> = async ({ provider, request, emulator }, tell) => {
  tell(provider);
  const input = request();
  tell(await provider.start(input));
  await emulator.desk.approve(input.reference, person).catch(() => {});
  await provider.get(input).then(tell, tell);
  if (!can(provider, 'parseWebhook')) return;
  for (const delivery of emulator.webhooks.deliveries()) {
    tell(await provider.parseWebhook(delivery));
    tell(await provider.parseWebhook({ ...delivery, headers: new Headers() }));
  }
};

/** Every promise of a KYC provider, in the order of `docs/spec/kyc.md`. */
export const kycClauses: readonly KycClause[] = [
  ...startClauses,
  ...doubtClauses,
  ...caseClauses,
  ...kycWebhookClauses,
  ...constructionClauses<KycFacts, KycWorld>(['KYC-32', 'KYC-33', 'KYC-34'], kycJourney),
];

/** The desk wrote a sentence, and no sentence of a provider's reaches the person. */
function mustBeSayable(reasons: readonly string[]): void {
  assert.ok(reasons.length > 0, 'no reason');
  for (const reason of reasons) assert.ok((kycReasons as readonly string[]).includes(reason), 'a reason of its own');
}

/** A name without the differences that do not change who it is. */
function plain(name: string): string {
  return mustExist(name, 'the name').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
