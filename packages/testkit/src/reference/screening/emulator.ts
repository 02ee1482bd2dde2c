import { fromUtf8, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, ScreeningEmulator } from '@rielrails/kit/emulator';

/** What the reference screening adapter needs. */
export interface ReferenceScreeningConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
}

const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

/** An invented screening service. */
export function createReferenceScreeningEmulator({
  clock,
  random,
}: EmulatorContext): ScreeningEmulator<ReferenceScreeningConfig> {
  const config = { baseUrl: 'https://screening.reference.example', apiKey: toHex(random.bytes(16)) };
  const names = new Map<string, string>();
  const addresses = new Set<string>();
  let ageMs = 0;

  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const answer = (entry: string | undefined, { fault }: EmulatedRequest) =>
    jsonResponse({
      risk: fault === 'unknown-status-word' ? 'LIMBO' : entry === undefined ? 'NONE' : 'LISTED',
      entry: entry ?? null,
      asOf: clock.now() - ageMs,
    });
  const guarded =
    (handle: (texts: readonly string[], request: EmulatedRequest) => Response) => (request: EmulatedRequest) =>
      request.headers.get('authorization') === `Bearer ${config.apiKey}`
        ? handle((JSON.parse(fromUtf8(request.body)) as { readonly texts: readonly string[] }).texts, request)
        : error(401, 'KEY');

  const base = createEmulator({
    name: 'reference-screening',
    clock,
    throttled: () => error(429, 'SLOW_DOWN'),
    routes: [
      {
        name: 'names',
        method: 'POST',
        path: '/names',
        ...invented,
        handle: guarded((texts, request) => {
          const hit = texts.map((text) => names.get(plain(text))).find((entry) => entry !== undefined);
          return answer(hit, request);
        }),
      },
      {
        name: 'addresses',
        method: 'POST',
        path: '/addresses',
        ...invented,
        handle: guarded((texts, request) =>
          answer(
            texts.find((text) => addresses.has(text)),
            request,
          ),
        ),
      },
    ],
  });
  return {
    ...base,
    config,
    list: {
      addName: (name) => void names.set(plain(name), name),
      addAddress: (address) => void addresses.add(address),
      makeStale() {
        ageMs = 30 * 24 * 3_600_000;
      },
    },
  };
}

function plain(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
