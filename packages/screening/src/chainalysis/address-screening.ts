import { ProviderError } from '@rielrails/core';
import type { CallContext, Evidence, Screening, ScreeningOutcome } from '@rielrails/core';
import { stringifyJson, systemRuntime } from '@rielrails/kit';
import type { Runtime, Wire } from '@rielrails/kit';
import { z } from 'zod';
import { createAddressService } from './address-service.ts';
import type { Finding } from './address-service.ts';
import { readAddressScreeningConfig, riskWords } from './config.ts';
import type { ChainalysisAddressScreeningConfig, RiskWord } from './config.ts';

const ID = 'chainalysis';
const SOURCE = 'Chainalysis Address Screening';
const MOST_TRIGGERS = 20;

const text = z.string().max(2000);
const entity = z.object({
  address: text,
  risk: text.nullish(),
  riskReason: text.nullish(),
  status: text.nullish(),
  cluster: z.object({ name: text.nullish(), category: text.nullish() }).nullish(),
  addressIdentifications: z.array(z.object({ name: text.nullish(), category: text })).nullish(),
  triggers: z
    .array(z.object({ category: text, message: text.nullish(), ruleTriggered: z.object({ risk: text }).nullish() }))
    .nullish(),
});
type Entity = z.infer<typeof entity>;

/**
 * Chainalysis Address Screening: how risky is an address, and by which categories?
 *
 * An address that the tenant has not registered yet is registered, then asked about. An assessment that is still in progress
 * is no verdict: it throws `unavailable`, and the caller asks again. A risk in words that are not known is `review`.
 * From "Address Screening API, v2", as public clients use it: its reference stands behind a login.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createChainalysisAddressScreening(
  config: ChainalysisAddressScreeningConfig,
  runtime: Runtime = systemRuntime(),
): Screening<'screenAddress'> {
  const { token, reviewFrom, blockFrom, ...settings } = readAddressScreeningConfig(config);
  const headers = { token: token.reveal(), accept: 'application/json' };

  const read = (wire: Wire, address: string, context: CallContext): Promise<Entity | null> =>
    wire.read(
      {
        operation: 'get-entity',
        method: 'GET',
        path: `/api/risk/v2/entities/${encodeURIComponent(address)}`,
        headers,
        successStatuses: [404],
        parse: (told) => (told.status === 404 ? null : entity.parse(told.json())),
      },
      context,
    );

  /** Registering twice is registering once, so it may be repeated as a read is. */
  const register = (wire: Wire, address: string, context: CallContext): Promise<void> =>
    wire.read(
      {
        operation: 'register-entity',
        method: 'POST',
        path: '/api/risk/v2/entities',
        headers: { ...headers, 'content-type': 'application/json' },
        body: stringifyJson({ address }),
        parse: () => {},
      },
      context,
    );

  return createAddressService(
    {
      ...settings,
      id: ID,
      baseUrl: 'https://api.chainalysis.com',
      async look(wire, address, context) {
        let found = await read(wire, address, context);
        if (!found) {
          await register(wire, address, context);
          found = await read(wire, address, context);
        }
        if (!found || found.address !== address) throw noVerdict('it told of another address, or of none');
        if (found.status !== undefined && found.status !== null && found.status !== 'COMPLETE')
          throw noVerdict('the assessment is still in progress');
        return judge(found, reviewFrom, blockFrom);
      },
    },
    runtime,
  );
}

function judge(found: Entity, reviewFrom: RiskWord, blockFrom: RiskWord): Finding {
  const identifications = found.addressIdentifications ?? [];
  const isSanctioned = [found.cluster?.category, ...identifications.map(({ category }) => category)].some((category) =>
    category?.toLowerCase().includes('sanction'),
  );
  const rank = rankOf(found.risk ?? '');
  const risky = (word: RiskWord): boolean => rank >= rankOf(word);
  const outcome: ScreeningOutcome =
    isSanctioned || (rank >= 0 && risky(blockFrom)) ? 'blocked' : rank < 0 || risky(reviewFrom) ? 'review' : 'clear';
  return { outcome, evidence: [riskEvidence(found, rank), ...triggersOf(found)] };
}

/** -1: a word that is not known. Clients disagree about upper and lower case. */
function rankOf(word: string): number {
  return riskWords.findIndex((one) => one.toLowerCase() === word.toLowerCase());
}

function riskEvidence({ riskReason, cluster }: Entity, rank: number): Evidence {
  const word = riskWords[rank];
  const risk = word === undefined ? 'The risk is told in a word that is not known' : `The risk is ${word}`;
  const reason = riskReason ? `: ${riskReason}` : '';
  const owner = cluster?.name ? ` The address belongs to ${cluster.name} (${cluster.category ?? 'no category'}).` : '';
  return { source: SOURCE, entry: 'risk', explanation: `${risk}${reason}.${owner}` };
}

function triggersOf({ triggers }: Entity): readonly Evidence[] {
  return (triggers ?? []).slice(0, MOST_TRIGGERS).map(({ category, message, ruleTriggered }) => ({
    source: SOURCE,
    entry: category,
    explanation: `${message ?? `Exposure to ${category}.`}${ruleTriggered ? ` Rule: ${ruleTriggered.risk}.` : ''}`,
  }));
}

function noVerdict(message: string): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: ID, message: `${ID}: ${message}` });
}
