import { isProviderError, ProviderError } from '@rielrails/core';
import type {
  CallContext,
  ChainAddress,
  Evidence,
  Instant,
  Screening,
  ScreeningOutcome,
  Verdict,
} from '@rielrails/core';
import { createWire, defineScreening, digest, toHex } from '@rielrails/kit';
import type { Runtime, Wire } from '@rielrails/kit';
import { canonicalAddress } from '../lists/addresses.ts';

/** What was found about an address. */
export interface Finding {
  readonly outcome: ScreeningOutcome;
  readonly evidence: readonly Evidence[];
}

/** How one service of Chainalysis is asked. */
export interface AddressService {
  readonly id: string;
  readonly baseUrl: string;
  readonly verdictValidForMs: number;
  readonly cacheForMs: number;
  /** Asks about one address, in its one spelling: base58 knows upper and lower case, bech32 is lower. */
  look(wire: Wire, address: string, context: CallContext): Promise<Finding>;
}

/** An address that no network writes is not sent anywhere. */
const ADDRESS = /^[A-Za-z0-9:._-]{1,120}$/;
const MOST_CACHED = 10_000;

/** Makes a screening out of it. What is not an answer about this address, in words that are known, is never clear. */
export function createAddressService(service: AddressService, runtime: Runtime): Screening<'screenAddress'> {
  const { id, baseUrl, verdictValidForMs, cacheForMs } = service;
  const wire = createWire({ provider: id, baseUrl, runtime, explain: (status) => explain(id, status) });
  const cached = new Map<string, { readonly finding: Finding; readonly at: number }>();

  async function find(text: string, context: CallContext): Promise<{ readonly finding: Finding; readonly at: number }> {
    const known = cached.get(text);
    if (known && runtime.clock.now() < known.at + cacheForMs) return known;
    cached.delete(text);
    const at = runtime.clock.now();
    const found = { finding: await service.look(wire, text, context).catch(neverKnown(id)), at };
    if (cacheForMs > 0) cached.set(text, found);
    const [oldest] = cached.keys();
    if (cached.size > MOST_CACHED && oldest !== undefined) cached.delete(oldest);
    return found;
  }

  return defineScreening<'screenAddress'>(
    {
      id,
      async screenAddress(address: ChainAddress, context = {}): Promise<Verdict<ChainAddress>> {
        const { network, text } = address;
        if (!ADDRESS.test(text))
          throw new ProviderError({ kind: 'invalid', provider: id, message: `${id} address: is none of any network` });
        const { finding, at } = await find(canonicalAddress(text), context);
        return {
          id: `${id}-${toHex(digest('sha256', JSON.stringify([network, text, at]))).slice(0, 32)}`,
          of: address,
          outcome: finding.outcome,
          evidence: finding.evidence,
          validUntil: (at + Math.max(verdictValidForMs, cacheForMs + 1)) as Instant,
        };
      },
    },
    runtime,
  );
}

/** A question that was answered by an error has no verdict; a key that is not taken is for the operator. */
function explain(id: string, status: number): ProviderError | null {
  const known: Readonly<Record<number, readonly ['config' | 'invalid' | 'throttled', string]>> = {
    400: ['invalid', 'the service does not take this address'],
    401: ['config', 'the key is not accepted'],
    403: ['config', 'the key is not accepted, or missing'],
    429: ['throttled', 'too many questions'],
  };
  const [kind, message] = known[status] ?? [];
  return kind === undefined ? null : new ProviderError({ kind, provider: id, message: `${id}: ${message}` });
}

/** An answer that cannot be read says nothing, so nothing is clear. */
function neverKnown(id: string): (error: unknown) => never {
  return (error) => {
    if (isProviderError(error)) throw error;
    throw new ProviderError(
      { kind: 'unavailable', provider: id, message: `${id}: the answer cannot be read` },
      { cause: error },
    );
  };
}
