import { InputError, ProviderError } from '@rielrails/core';
import type {
  CallContext,
  CheckedAddress,
  Identity,
  Instant,
  Screening,
  ScreeningOperations,
  Verdict,
} from '@rielrails/core';
import { createVocabulary, createWire, defineScreening, newReference, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { takeSecret } from '../config.ts';
import type { ReferenceScreeningConfig } from './emulator.ts';

const id = 'reference-screening';
const DAY_MS = 24 * 3_600_000;
const MAX_AGE_MS = 7 * DAY_MS;

interface RiskBody {
  readonly risk: string;
  readonly entry: string | null;
  readonly asOf: number;
}

/** The adapter of the reference screening service: the good one, which every screening mutant breaks. */
export function createReferenceScreening(
  config: ReferenceScreeningConfig,
  runtime: Runtime,
): Screening<keyof ScreeningOperations> {
  const headers = { authorization: `Bearer ${takeSecret(id, config, 'apiKey').reveal()}` };
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const outcomes = createVocabulary<Verdict['outcome']>({
    provider: id,
    words: { NONE: 'clear', LISTED: 'blocked' },
    otherwise: 'review',
    log: runtime.log,
  });

  async function screen<Of>(
    of: Of,
    path: '/names' | '/addresses',
    texts: readonly string[],
    context: CallContext | undefined,
  ): Promise<Verdict<Of>> {
    const body = JSON.stringify({ texts });
    const parse = (answer: { text(): string }) => JSON.parse(answer.text()) as RiskBody;
    const operation = path.slice(1);
    const { risk, entry, asOf } = await wire.read({ operation, method: 'POST', path, headers, body, parse }, context);
    const now = runtime.clock.now();
    if (now - asOf > MAX_AGE_MS) throw unavailable(id, `${id}: the data is too old`);
    return {
      id: newReference(runtime.random),
      of,
      outcome: outcomes.read(risk),
      evidence: entry === null ? [] : [{ source: 'Reference list', entry, explanation: 'The same name or address' }],
      validUntil: (now + DAY_MS) as Instant,
    };
  }

  return defineScreening<keyof ScreeningOperations>(
    {
      id,
      async screenName(identity: Identity, context) {
        if (!/\p{L}/u.test(identity.name)) {
          const cause = new InputError('name', 'letters', 'has no letters');
          throw new ProviderError({ kind: 'invalid', provider: id, message: `${id} name: has no letters` }, { cause });
        }
        return screen(identity, '/names', [identity.name, ...(identity.aliases ?? [])], context);
      },
      screenAddress: (address: CheckedAddress, context) =>
        screen(address, '/addresses', [plainAddress(address.text)], context),
    },
    runtime,
  );
}

/** Bech32 may be written in either case, and means the same. */
function plainAddress(text: string): string {
  return /^BC1[0-9A-Z]+$/.test(text) ? text.toLowerCase() : text;
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  const kind = code === 'SLOW_DOWN' ? 'throttled' : 'config';
  return new ProviderError({ kind, provider: id, message: `${id}: refused as ${code}` });
}
