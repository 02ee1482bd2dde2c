import type { Screening } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { createAddressService } from './address-service.ts';
import { readSanctionsConfig } from './config.ts';
import type { ChainalysisSanctionsConfig } from './config.ts';

const text = z.string().max(2000);
const answer = z.object({
  identifications: z
    .array(z.object({ category: text, name: text.nullish(), description: text.nullish(), url: text.nullish() }))
    .max(1000),
});

/**
 * Chainalysis' free sanctions API: is this very address on a sanctions list?
 *
 * Every identification blocks; an empty list is clear. It says nothing about where coins come from. From "Free cryptocurrency
 * sanctions screening API", as public clients use it: its reference stands behind a login.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createChainalysisSanctions(
  config: ChainalysisSanctionsConfig,
  runtime: Runtime = systemRuntime(),
): Screening<'screenAddress'> {
  const { apiKey, ...settings } = readSanctionsConfig(config);
  const id = 'chainalysis-sanctions';
  return createAddressService(
    {
      ...settings,
      id,
      baseUrl: 'https://public.chainalysis.com',
      async look(wire, address, context) {
        const { identifications } = await wire.read(
          {
            operation: 'get-sanctions',
            method: 'GET',
            path: `/api/v1/address/${encodeURIComponent(address)}`,
            headers: { 'x-api-key': apiKey.reveal(), accept: 'application/json' },
            parse: (told) => answer.parse(told.json()),
          },
          context,
        );
        const source = 'Chainalysis sanctions API';
        if (identifications.length === 0) {
          const explanation = 'The address is on no sanctions list that the service knows.';
          return { outcome: 'clear', evidence: [{ source, entry: 'none', explanation }] };
        }
        return {
          outcome: 'blocked',
          evidence: identifications.map(({ category, name, url }) => ({
            source,
            entry: url ?? category,
            explanation: `The address is identified as ${name ?? category}.`,
          })),
        };
      },
    },
    runtime,
  );
}
