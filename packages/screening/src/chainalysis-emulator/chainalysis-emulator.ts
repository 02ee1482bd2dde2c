import { equalInConstantTime, fromUtf8, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, Route, ScreeningEmulator } from '@rielrails/kit/emulator';

/** What the adapters need to reach the emulated services. */
export interface ChainalysisEmulatorConfig {
  readonly apiKey: string;
  readonly token: string;
}

/** How the emulated services are set up. */
export interface ChainalysisEmulatorOptions {
  /** Whether an address must be registered before it can be asked about, as older tenants ask. Default: true. */
  readonly registersFirst?: boolean;
}

/** Chainalysis on this machine: `public.chainalysis.com` and `api.chainalysis.com` in one handler. */
export interface ChainalysisEmulator extends ScreeningEmulator<ChainalysisEmulatorConfig> {
  /** Gives an address a risk, in whatever word. */
  setRisk(address: string, risk: string, category?: string): void;
}

interface Known {
  readonly risk: string;
  readonly category: string | null;
}

const SANCTIONED: Known = { risk: 'Severe', category: 'sanctioned entity' };
const WINDOW_MS = 1000;
const CALLS_PER_WINDOW = 40;

/**
 * Makes both services. Built from public clients of them, because the vendor's reference stands behind a login: an answer's shape
 * is *seen in several implementations*, what is not seen is said so at its route.
 */
export function createChainalysisEmulator(
  context: EmulatorContext,
  { registersFirst = true }: ChainalysisEmulatorOptions = {},
): ChainalysisEmulator {
  const { clock, random } = context;
  const config = { apiKey: `play-${toHex(random.bytes(16))}`, token: `play-${toHex(random.bytes(16))}` };
  const known = new Map<string, Known>();
  const registered = new Set<string>();
  let inProgress = false;
  let calls: number[] = [];

  /** Chainalysis, "Rate limits", as one public client states it. */
  function isTooFast(): boolean {
    calls = [...calls.filter((at) => at > clock.now() - WINDOW_MS), clock.now()];
    return calls.length > CALLS_PER_WINDOW;
  }

  function guard({ headers, url }: EmulatedRequest): Response | null {
    if (!equalInConstantTime(headers.get('token') ?? '', config.token)) return failure(url, 403, 'Forbidden');
    return isTooFast() ? failure(url, 429, 'Too Many Requests') : null;
  }

  function failure(url: URL, status: number, error: string): Response {
    const requestId = toHex(random.bytes(8));
    const timestamp = new Date(clock.now()).toISOString();
    return jsonResponse({ timestamp, path: url.pathname, status, error, requestId, message: error }, status);
  }

  const sanctions: Route = {
    name: 'get-sanctions',
    method: 'GET',
    path: '/api/v1/address/:address',
    cites: 'Chainalysis, Free cryptocurrency sanctions screening API',
    provenance: 'seen',
    handle({ headers, params, fault }) {
      const key = headers.get('x-api-key');
      // Without a key the edge answers, not the service.
      if (key === null) return new Response('<html>Forbidden</html>', { status: 403, headers: html });
      if (!equalInConstantTime(key, config.apiKey)) return jsonResponse({ message: 'Invalid API Key' }, 401);
      if (!(headers.get('accept') ?? '').includes('application/json')) return new Response(null, { status: 406 });
      const isListed = known.get(params['address'] ?? '')?.category === SANCTIONED.category;
      const identification = {
        category: fault === 'unknown-status-word' ? 'brand new category' : 'sanctions',
        name: 'SANCTIONS: INVENTED LIST Fulano Quimera 2026-01-01',
        description: 'An invented entry.',
        url: 'https://example.test/entry/1',
      };
      return jsonResponse({ identifications: isListed || fault !== null ? [identification] : [] });
    },
  };

  const register: Route = {
    name: 'register-entity',
    method: 'POST',
    path: '/api/risk/v2/entities',
    cites: 'Chainalysis, Address Screening API v2',
    provenance: 'seen',
    handle(request) {
      const refused = guard(request);
      if (refused) return refused;
      const address = readAddress(request.body);
      if (address === null) return failure(request.url, 400, 'Bad Request');
      registered.add(address);
      return jsonResponse({ address }, 201);
    },
  };

  const entity: Route = {
    name: 'get-entity',
    method: 'GET',
    path: '/api/risk/v2/entities/:address',
    cites: 'Chainalysis, Address Screening API v2',
    provenance: 'seen',
    handle(request) {
      const refused = guard(request);
      if (refused) return refused;
      const { address = '' } = request.params;
      if (registersFirst && !registered.has(address)) return failure(request.url, 404, 'Not Found');
      const { risk, category } = known.get(address) ?? { risk: 'Low', category: null };
      return jsonResponse({
        address,
        risk: inProgress ? null : request.fault === 'unknown-status-word' ? 'Peculiar' : risk,
        riskReason: category === null ? null : `Identified as ${category}`,
        addressType: 'PRIVATE_WALLET',
        cluster: category === null ? null : { name: 'Invented Entity', category },
        addressIdentifications: [],
        exposures: [{ category: 'exchange', value: 4248.95 }],
        triggers: [],
        // That an assessment may be under way is assumed.
        status: inProgress ? 'IN_PROGRESS' : 'COMPLETE',
        poolMetadata: null,
      });
    },
  };

  const emulator = createEmulator({ name: 'chainalysis', clock, routes: [sanctions, register, entity] });
  return {
    ...emulator,
    config,
    setRisk: (address, risk, category) => void known.set(address, { risk, category: category ?? null }),
    list: {
      addName: () => {},
      addAddress: (address) => void known.set(address, SANCTIONED),
      makeStale() {
        inProgress = true;
      },
    },
  };
}

const html = { 'content-type': 'text/html' };

function readAddress(body: Uint8Array): string | null {
  try {
    const { address } = JSON.parse(fromUtf8(body)) as { readonly address?: unknown };
    return typeof address === 'string' && address.trim() !== '' && address.length <= 120 ? address : null;
  } catch {
    return null;
  }
}
