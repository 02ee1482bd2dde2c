import { fromUtf8, hmac, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, KycEmulator } from '@rielrails/kit/emulator';

/** What the reference KYC adapter needs. */
export interface ReferenceKycConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
}

/** What a reference KYC provider may do differently. */
export interface ReferenceKycDialect {
  /** Answers a used reference with the first result instead of an error. */
  readonly replays?: boolean;
}

interface Case {
  readonly reference: string;
  status: 'PENDING' | 'APPROVED' | 'AGAIN' | 'REJECTED' | 'REVOKED';
  identity?: { readonly name: string; readonly born?: string; readonly country?: string };
  reason?: string;
  until?: number;
}

const YEAR_MS = 365 * 24 * 3_600_000;
const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

/** An invented verifier of identity. */
export function createReferenceKycEmulator(
  { clock, random, deliver }: EmulatorContext,
  dialect: ReferenceKycDialect = {},
): KycEmulator<ReferenceKycConfig> {
  const config = {
    baseUrl: 'https://kyc.reference.example',
    apiKey: toHex(random.bytes(16)),
    webhookSecret: toHex(random.bytes(16)),
  };
  const cases = new Map<string, Case>();
  let events = 0;

  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const view = (one: Case, { fault }: EmulatedRequest) => ({
    ...one,
    status: fault === 'unknown-status-word' ? 'LIMBO' : one.status,
    link: `https://verify.reference.example/${one.reference}`,
    linkExpiresAt: clock.now() + 3_600_000,
  });
  const guarded = (handle: (request: EmulatedRequest) => Response) => (request: EmulatedRequest) =>
    request.headers.get('authorization') === `Bearer ${config.apiKey}` ? handle(request) : error(401, 'KEY');

  const base = createEmulator({
    name: 'reference-kyc',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => error(429, 'SLOW_DOWN'),
    routes: [
      {
        name: 'start',
        method: 'POST',
        path: '/cases',
        ...invented,
        handle: guarded((request) => {
          const { reference = '' } = JSON.parse(fromUtf8(request.body)) as Record<string, string>;
          const existing = cases.get(reference);
          if (existing && !dialect.replays) return error(409, 'DUPLICATE');
          const one = existing ?? { reference, status: 'PENDING' };
          cases.set(reference, one);
          return jsonResponse(view(one, request));
        }),
      },
      {
        name: 'get',
        method: 'GET',
        path: '/cases/:reference',
        ...invented,
        handle: guarded((request) => {
          const one = cases.get(request.params['reference'] ?? '');
          return one ? jsonResponse(view(one, request)) : error(404, 'ABSENT');
        }),
      },
    ],
  });

  async function decide(reference: string, change: Partial<Case>): Promise<void> {
    const one = cases.get(reference);
    if (!one) throw new RangeError('desk: there is no such case');
    Object.assign(one, change);
    events += 1;
    const body = JSON.stringify({ event: `event-${events}`, reference });
    const signature = toHex(hmac('sha256', config.webhookSecret, body));
    await base.webhooks.send({ url: 'https://shop.example/kyc', headers: { signature }, body });
  }

  return {
    ...base,
    config,
    desk: {
      approve: (reference, identity = { name: 'Sok Dara' }) =>
        decide(reference, { status: 'APPROVED', identity, until: clock.now() + YEAR_MS }),
      reject: (reference, type, reason = 'Unreadable') =>
        decide(reference, { status: type === 'retry' ? 'AGAIN' : 'REJECTED', reason }),
      revoke: (reference) => decide(reference, { status: 'REVOKED' }),
    },
    applied: {
      get cases() {
        return [...cases.values()].map(({ reference }) => ({ reference }));
      },
    },
  };
}
