/**
 * `node tools/provider-docs.ts [--update]`: writes docs/providers.md, the table of payment providers in README.md, and
 * the head of each adapter's README, all from the adapters themselves.
 *
 * What is told are the manifests of the subjects in `test/conformance.ts`, made on their emulators, and the `rielrails`
 * field of package.json. Exit code 1: something is out of date.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyPaymentManifest, AssetLimits, LookupTerms, Money } from '../packages/core/src/index.ts';
import { formatAmount } from '../packages/kit/src/index.ts';
import type { Emulator } from '../packages/kit/src/emulator/index.ts';
import { createVirtualRuntime } from '../packages/kit/src/virtual/index.ts';
import type { ConformanceSubject } from '../packages/testkit/src/index.ts';
import { runProgram } from './command-line.ts';
import { isAdapter, listPackages, root } from './packages.ts';
import type { WorkspacePackage } from './packages.ts';
import { replaceGenerated, table } from './generated-text.ts';

type Contract = ConformanceSubject['contract'];

/** An adapter, as its own code tells it. */
interface Adapter {
  readonly one: WorkspacePackage;
  readonly title: string;
  /** What it can do under each contract that it fulfils. */
  readonly operations: ReadonlyMap<Contract, readonly string[]>;
  /** Of payment providers: the manifest of the first subject, and the limits of all. */
  readonly payment?: { readonly manifest: AnyPaymentManifest; readonly assets: readonly AssetLimits[] };
}

/** What is no operation of a provider. */
const NO_OPERATIONS: ReadonlySet<string> = new Set([
  'spec',
  'id',
  'manifest',
  'rules',
  'network',
  'api',
  'polling',
  'reload',
]);

async function readAdapter(one: WorkspacePackage): Promise<Adapter> {
  const { subjects } = (await import(pathToFileURL(join(one.path, 'test/conformance.ts')).href)) as {
    readonly subjects: readonly ConformanceSubject[];
  };
  const providers = [];
  for (const subject of subjects) providers.push({ subject, provider: await construct(subject) });
  const [first] = providers;
  if (!first) throw new Error(`${one.folder}: test/conformance.ts exports no subject`);
  const title = one.manifest.rielrails?.title ?? one.manifest.name;
  const operations = new Map<Contract, readonly string[]>();
  for (const { subject, provider } of providers)
    if (!operations.has(subject.contract)) operations.set(subject.contract, operationsOf(provider));
  if (!operations.has('payment')) return { one, title, operations };
  const manifests = providers.map(({ provider }) => (provider as { readonly manifest: AnyPaymentManifest }).manifest);
  const assets = new Map(
    manifests.flatMap(({ assets }) => assets.map((limits) => [limits.minimum.asset.code, limits])),
  );
  const manifest = manifests[0] as AnyPaymentManifest;
  return { one, title, operations, payment: { manifest, assets: [...assets.values()] } };
}

function operationsOf(provider: object): readonly string[] {
  return Object.entries(provider)
    .filter(([name, value]) => typeof value === 'function' && !NO_OPERATIONS.has(name))
    .map(([name]) => name);
}

async function construct({ emulator, create }: ConformanceSubject): Promise<object> {
  let emulated: Emulator | undefined;
  const runtime = createVirtualRuntime({
    fetch: (request, options) => (emulated ? emulated.fetch(request, options) : Promise.reject(new Error('not yet'))),
  });
  const made = await emulator({ clock: runtime.clock, random: runtime.random });
  emulated = made;
  return create(made.config, runtime);
}

const DAY_MS = 86_400_000;

function duration(ms: number | 'never'): string {
  if (ms === 'never') return 'never';
  if (ms > DAY_MS) return `${Math.round(ms / DAY_MS)} days`;
  return ms >= 3_600_000
    ? `${Math.round(ms / 3_600_000)} h`
    : ms >= 60_000
      ? `${Math.round(ms / 60_000)} min`
      : `${ms / 1000} s`;
}

function grouped(amount: Money): string {
  const [whole = '', fraction] = formatAmount(amount).split('.');
  const digits = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

function limits({ minimum, maximum }: AssetLimits): string {
  return `${minimum.asset.code} ${grouped(minimum)} to ${grouped(maximum)}`;
}

const repeats = {
  replays: 'the same payment again',
  rejects: 'refused as a duplicate: look it up',
  none: 'a second payment: never repeat',
} as const;

const refundRepeats = {
  replays: 'the same refund again',
  rejects: 'refused as a duplicate: look it up',
  none: 'a second refund: the refunded total decides',
} as const;

function lookup({ by, covers, notFoundIsFinalAfterMs, budget }: LookupTerms): string {
  return [
    by === 'reference' ? 'by our reference' : 'by the handle of the answer',
    covers === 'all' ? 'closed ones too' : 'closed ones may be missing',
    notFoundIsFinalAfterMs === 'never'
      ? '"not found" proves nothing'
      : `"not found" is final after ${duration(notFoundIsFinalAfterMs)}`,
    ...(budget ? [`${budget.calls} calls in ${duration(budget.perMs)}`] : []),
  ].join('; ');
}

/** Rows of label and text about a payment provider. */
function termsOf({ manifest, assets }: NonNullable<Adapter['payment']>): readonly (readonly [string, string])[] {
  const { offers, operations, create, acceptableUse, anomalies } = manifest;
  const { get, refund, parseWebhook } = operations;
  const ways = Object.entries(offers).map(([type, { finality }]) =>
    finality === 'final' ? `\`${type}\`` : `\`${type}\` (can be taken back for ${duration(finality.reversibleForMs)})`,
  );
  return [
    ['Ways to pay', ways.join(', ')],
    ['Money', assets.map(limits).join('; ')],
    ['Same reference twice', repeats[create.repeat]],
    ...(create.reaches === 'payer' ? [['Create', 'the provider itself shows it to the payer'] as const] : []),
    ['Lookup', get ? lookup(get) : 'none: webhooks are all that is ever learned'],
    ...(get?.receipts === 'one' ? [['Second payment', 'seen in the bank statement alone'] as const] : []),
    [
      'Refund',
      refund
        ? `within ${duration(refund.windowMs)}, ${refund.partial ? 'in parts' : 'whole only'}${refund.needs === 'destination' ? ', to a destination' : ''}; repeated: ${refundRepeats[refund.repeat]}`
        : 'none: by hand, through the bank',
    ],
    ...(anomalies === 'provider' ? [['Wrong payments', 'returned by the provider itself'] as const] : []),
    ['Webhook', parseWebhook ? `authenticated by ${authentication[parseWebhook.authentication]}` : 'none'],
    ...(parseWebhook ? [['Not covered', uncovered(parseWebhook)] as const] : []),
    ['Buying crypto', `**${acceptableUse.cryptoPurchases}**. ${acceptableUse.source}`],
  ];
}

const authentication = {
  signature: 'a signature',
  'shared-secret': 'a shared secret',
  none: 'nothing: a hint',
} as const;

function uncovered(terms: NonNullable<AnyPaymentManifest['operations']['parseWebhook']>): string {
  const { covers, replayable } = terms;
  const rest =
    terms.authentication === 'none'
      ? 'everything'
      : covers === 'body'
        ? 'headers and address'
        : `everything but ${covers.map((name) => `\`${name}\``).join(', ')}`;
  return replayable ? `${rest}; the time: an old delivery verifies for ever` : rest;
}

function verified({ one }: Adapter): string {
  const rows = one.manifest.rielrails?.verified ?? [];
  if (rows.length === 0) return 'Nothing was run yet, not even against an emulator.';
  return table(
    ['What', 'Run against', 'When'],
    rows.map(({ what, against, when }) => [what, against, when ?? '']),
  );
}

/** The generated head of a package's README; in the list of all, of one contract. */
function head(adapter: Adapter, only?: Contract): string {
  const told = [...adapter.operations].filter(([contract]) => only === undefined || contract === only);
  const rows = told.map(([contract, names]) => {
    const label = told.length > 1 ? `Operations (${contract})` : 'Operations';
    return [label, names.map((name) => `\`${name}\``).join(', ')] as const;
  });
  const terms = adapter.payment ? termsOf(adapter.payment) : [];
  return `${table(['Terms', 'What the manifest promises'], [...rows, ...terms])}\n\n${verified(adapter)}`;
}

function page(adapters: readonly Adapter[]): string {
  const sections = contracts.flatMap(([contract, heading]) => {
    const some = adapters.filter(({ operations }) => operations.has(contract));
    return some.length === 0 ? [] : [`## ${heading}`, ...some.map((adapter) => section(adapter, contract))];
  });
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const contracts = [
  ['payment', 'Payment'],
  ['exchange', 'Exchange'],
  ['custody', 'Custody'],
  ['kyc', 'Identity'],
  ['screening', 'Screening'],
] as const;

const intro = `# Providers

Generated from the adapters by \`pnpm docs:providers\`: the terms are the manifests that the engine and the tests go by. "Verified"
means run against the real thing; an emulator is our reading of a document, and says so. Limits are those of a usual configuration.

Wallets and banks without an interface of their own: [rails without an interface](rails-without-an-interface.md).`;

function section(adapter: Adapter, contract: Contract): string {
  const { folder, manifest } = adapter.one;
  return `### ${adapter.title}\n\n[\`${manifest.name}\`](../packages/${folder})\n\n${head(adapter, contract)}`;
}

/** The table of README.md. */
function overview(adapters: readonly Adapter[]): string {
  const rows = adapters.flatMap(({ one, title, payment }) => {
    if (!payment) return [];
    const { offers, operations } = payment.manifest;
    const codes = payment.assets.map(({ minimum }) => minimum.asset.code).join(', ');
    const refund = operations.refund ? 'yes' : 'by hand';
    return [
      [`[\`${one.manifest.name}\`](packages/${one.folder})`, title, Object.keys(offers).join(', '), codes, refund],
    ];
  });
  return table(['Package', 'Provider', 'Ways to pay', 'Money', 'Refund'], rows);
}

/** Writes a file where `update` says so, or tells that it should be written. Whether it is up to date now. */
function keep(file: string, text: string, update: boolean): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return true;
  const name = relative(root, file);
  if (update) writeFileSync(file, text);
  console.log(update ? `${name}: written` : `${name}: says another thing than the adapters; run: pnpm docs:providers`);
  return update;
}

const usage = `pnpm docs:providers

Writes docs/providers.md, the table of payment providers in README.md and the head of each adapter's README, all from the
adapters themselves.`;

const options = { update: { type: 'boolean', default: false } } as const;

process.exitCode = await runProgram({ name: 'docs:providers', usage, options }, async ({ update }) => {
  const adapters: Adapter[] = [];
  for (const one of listPackages()) {
    if (isAdapter(one) && existsSync(join(one.path, 'test/conformance.ts'))) adapters.push(await readAdapter(one));
  }
  const readme = join(root, 'README.md');
  const kept = [
    keep(join(root, 'docs/providers.md'), page(adapters), update),
    keep(readme, replaceGenerated(readFileSync(readme, 'utf8'), overview(adapters)), update),
  ];
  for (const adapter of adapters) {
    const file = join(adapter.one.path, 'README.md');
    if (existsSync(file)) kept.push(keep(file, replaceGenerated(readFileSync(file, 'utf8'), head(adapter)), update));
  }
  return kept.every(Boolean) ? 0 : 1;
});
process.stdout.write('', () => process.exit());
