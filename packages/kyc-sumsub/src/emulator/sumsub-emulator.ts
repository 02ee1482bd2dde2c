import type { Reference } from '@rielrails/core';
import { fromUtf8, JsonNumber, parseJson, toHex } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, KycEmulator, Route } from '@rielrails/kit/emulator';
import { createGuard } from './access.ts';
import { applicantBody, createApplicants, reviewBody } from './applicants.ts';
import type { EmulatedApplicant, EmulatedPerson, ReviewResult } from './applicants.ts';
import { createRefuse } from './errors.ts';
import { createNotice, digestOf } from './notices.ts';
import type { WebhookDigest } from './notices.ts';
import { messagePage, verificationPage } from './page.ts';

/** What an adapter needs to talk to the emulated Sumsub. */
export interface SumsubEmulatorConfig {
  readonly appToken: string;
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  readonly baseUrl: string;
}

/** How the emulated account is set up. */
export interface SumsubEmulatorOptions {
  /** Where it is reached. Default: `http://sumsub.localhost`, for requests that are handed over in-process. */
  readonly baseUrl?: string;
  /** The world of the app token. Default: `sbx`. */
  readonly environment?: 'sbx' | 'prd';
  /** The levels that exist. Default: `basic-kyc-level`. */
  readonly levels?: readonly string[];
  /** Where webhooks go. Default: `http://rielrails.localhost/webhooks/sumsub`. */
  readonly webhookUrl?: string;
  /** Default: `HMAC_SHA256_HEX`. */
  readonly webhookDigest?: WebhookDigest;
  /** Whether webhooks name their digest; old ones do not. Default: true. */
  readonly webhookNamesDigest?: boolean;
}

/** Sumsub on this machine. */
export type SumsubEmulator = KycEmulator<SumsubEmulatorConfig>;

const someone: EmulatedPerson = { name: 'Sok Sreyneang', born: '1990-08-03', country: 'KH' };
const WEEK_SECONDS = 604_800;
const CREATE_FIELDS = new Set([
  'externalUserId',
  'email',
  'phone',
  'lang',
  'sourceKey',
  'type',
  'metadata',
  'fixedInfo',
]);
const LINK_FIELDS = new Set([
  'levelName',
  'userId',
  'applicantIdentifiers',
  'redirect',
  'externalActionId',
  'ttlInSecs',
]);
const TOKEN_FIELDS = new Set(['levelName', 'userId', 'applicantIdentifiers', 'ttlInSecs']);

interface Link {
  readonly externalUserId: string;
  readonly levelName: string;
  readonly lang: string;
  readonly openUntilMs: number;
}

type JsonObject = Readonly<Record<string, Json>>;

/**
 * Makes an emulated Sumsub account, built from its public documentation.
 *
 * Strict about access, levels, bodies and states. The hosted page and `desk` both play the person and the reviewer.
 */
export function createSumsubEmulator(context: EmulatorContext, options: SumsubEmulatorOptions = {}): SumsubEmulator {
  const { clock, random } = context;
  const environment = options.environment ?? 'sbx';
  const levels = new Set(options.levels ?? ['basic-kyc-level']);
  const config: SumsubEmulatorConfig = {
    appToken: `${environment}:${toHex(random.bytes(12))}.${toHex(random.bytes(16))}`,
    secretKey: toHex(random.bytes(16)),
    webhookSecrets: [toHex(random.bytes(12))],
    baseUrl: options.baseUrl ?? 'http://sumsub.localhost',
  };
  const refuse = createRefuse(random);
  const guard = createGuard(config, clock, refuse);
  const applicants = createApplicants(clock, random);
  const links = new Map<string, Link>();

  async function notify(type: Parameters<typeof createNotice>[0], applicant: EmulatedApplicant): Promise<void> {
    const notice = createNotice(type, applicant, {
      url: options.webhookUrl ?? 'http://rielrails.localhost/webhooks/sumsub',
      secret: config.webhookSecrets[0] ?? '',
      digest: options.webhookDigest ?? 'HMAC_SHA256_HEX',
      namesDigest: options.webhookNamesDigest ?? true,
      clock,
      random,
      sandbox: environment === 'sbx',
    });
    await emulator.webhooks.send(notice);
  }

  async function submit(applicant: EmulatedApplicant, person: EmulatedPerson): Promise<void> {
    applicants.submit(applicant, person);
    await notify('applicantPending', applicant);
  }

  async function decide(applicant: EmulatedApplicant, result: ReviewResult): Promise<void> {
    applicants.decide(applicant, result);
    await notify('applicantReviewed', applicant);
  }

  /** Hands in documents where none wait, then gives the verdict. */
  async function review(applicant: EmulatedApplicant, result: ReviewResult, person?: EmulatedPerson): Promise<void> {
    if (applicant.reviewStatus === 'pending') applicant.person = person ?? applicant.person;
    else await submit(applicant, person ?? applicant.person ?? someone);
    await decide(applicant, result);
  }

  /** Makes a link and answers with it; `id` has the world of the token in front. */
  function answerLink(request: EmulatedRequest, link: Omit<Link, 'openUntilMs'>, ttlInSecs: string | null): Response {
    const refusal = checkLink(link, ttlInSecs);
    if (refusal) return refusal;
    const id = `${environment}_${toHex(random.bytes(10))}`;
    links.set(id, { ...link, openUntilMs: clock.now() + Number(ttlInSecs ?? '1800') * 1000 });
    return jsonResponse({ url: `${request.url.origin}/websdk/p/${id}` });
  }

  function answerToken(link: Omit<Link, 'openUntilMs' | 'lang'>, ttlInSecs: string | null): Response {
    const refusal = checkLink(link, ttlInSecs);
    if (refusal) return refusal;
    return jsonResponse({ token: `_act-${environment}-${toHex(random.bytes(16))}`, userId: link.externalUserId });
  }

  function checkLink(link: Omit<Link, 'openUntilMs' | 'lang'>, ttlInSecs: string | null): Response | null {
    if (!link.externalUserId) return refuse(400, 'userId is required');
    if (ttlInSecs !== null && (!/^[1-9]\d{0,6}$/.test(ttlInSecs) || Number(ttlInSecs) > WEEK_SECONDS)) {
      return refuse(400, 'ttlInSecs is out of range');
    }
    return unknownLevel(link.levelName);
  }

  function unknownLevel(levelName: string): Response | null {
    if (!levelName) return refuse(400, 'levelName is required');
    return levels.has(levelName) ? null : refuse(404, `Level '${levelName}' not found`);
  }

  /** By Sumsub's id, or by ours in a matrix parameter: `-;externalUserId=…`. */
  function findApplicant({ params }: EmulatedRequest): EmulatedApplicant | Response {
    const name = params['applicant'] ?? '';
    const ours = /^-;externalUserId=(.+)$/.exec(name)?.[1];
    const found = ours === undefined ? applicants.byId(name) : applicants.byExternalUserId(ours);
    return found ?? refuse(404, 'Applicant not found');
  }

  /** The applicant of a hosted page. The page makes one where the link was made for somebody new. */
  async function visitorOf({ params }: EmulatedRequest): Promise<EmulatedApplicant | Response> {
    const link = links.get(params['link'] ?? '');
    if (!link) return messagePage(404, 'There is no such link.');
    if (link.openUntilMs <= clock.now()) return messagePage(410, 'This link has expired.');
    const known = applicants.byExternalUserId(link.externalUserId);
    if (known) return known;
    const applicant = applicants.add({ ...link, metadata: [] });
    await notify('applicantCreated', applicant);
    return applicant;
  }

  function pageRoute(name: string, result: ReviewResult): Route {
    return {
      name: `page-${name}`,
      method: 'POST',
      path: `/websdk/p/:link/${name}`,
      cites: 'The hosted page has no interface for clients; these forms stand in for its camera',
      provenance: 'assumed',
      async handle(request) {
        const applicant = await visitorOf(request);
        if (applicant instanceof Response) return applicant;
        const fields = new URLSearchParams(fromUtf8(request.body));
        const given = (fields.get('name') ?? '').trim().slice(0, 100);
        const born = fields.get('born') ?? '';
        const person = given
          ? { name: given, country: 'KH', ...(/^\d{4}-\d{2}-\d{2}$/.test(born) ? { born } : {}) }
          : undefined;
        try {
          await review(applicant, result, person);
        } catch {
          return messagePage(409, 'This check is closed.');
        }
        return new Response(null, { status: 303, headers: { location: `/websdk/p/${request.params['link']}` } });
      },
    };
  }

  const guarded = (route: Route): Route => ({
    ...route,
    handle: (request) => guard(request) ?? route.handle(request),
  });

  const interfaceRoutes: readonly Route[] = [
    {
      name: 'health',
      method: 'GET',
      path: '/resources/status/api',
      cites: 'API health status',
      provenance: 'seen',
      handle: () => jsonResponse({ ok: 1 }),
    },
    {
      name: 'create-applicant',
      method: 'POST',
      path: '/resources/applicants',
      cites: 'Create applicant; status 201, and 404 for an unknown level, are assumed',
      provenance: 'documented',
      async handle(request) {
        const body = readObject(request, CREATE_FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const levelName = request.url.searchParams.get('levelName') ?? '';
        const refusal = unknownLevel(levelName);
        if (refusal) return refusal;
        const externalUserId = textOf(body, 'externalUserId');
        const metadata = readMetadata(body);
        if (!externalUserId || !metadata) return refuse(400, 'Invalid externalUserId or metadata');
        const known = applicants.byExternalUserId(externalUserId);
        if (known)
          return refuse(409, `Applicant with external user id '${externalUserId}' already exists: ${known.id}`);
        const applicant = applicants.add({ externalUserId, levelName, lang: textOf(body, 'lang') || 'en', metadata });
        await notify('applicantCreated', applicant);
        return jsonResponse(applicantBody(applicant), 201);
      },
    },
    {
      name: 'access-token',
      method: 'POST',
      path: '/resources/accessTokens/sdk',
      cites: 'Generate access token for SDK, JSON form',
      provenance: 'documented',
      handle(request) {
        const body = readObject(request, TOKEN_FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const link = { externalUserId: textOf(body, 'userId'), levelName: textOf(body, 'levelName') };
        return answerToken(link, numberOf(body, 'ttlInSecs'));
      },
    },
    {
      name: 'access-token-query',
      method: 'POST',
      path: '/resources/accessTokens',
      cites: 'Generate access token for SDK, older form with a query and no body',
      provenance: 'documented',
      handle({ url }) {
        const query = url.searchParams;
        const link = { externalUserId: query.get('userId') ?? '', levelName: query.get('levelName') ?? '' };
        return answerToken(link, query.get('ttlInSecs'));
      },
    },
    {
      name: 'websdk-link',
      method: 'POST',
      path: '/resources/sdkIntegrations/levels/-/websdkLink',
      cites: 'Generate external WebSDK link',
      provenance: 'documented',
      handle(request) {
        const body = readObject(request, LINK_FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const link = {
          externalUserId: textOf(body, 'userId'),
          levelName: textOf(body, 'levelName'),
          lang: request.url.searchParams.get('lang') ?? 'en',
        };
        return answerLink(request, link, numberOf(body, 'ttlInSecs'));
      },
    },
    {
      name: 'websdk-link-query',
      method: 'POST',
      path: '/resources/sdkIntegrations/levels/:level/websdkLink',
      cites: 'Generate external WebSDK link, superseded form with a query',
      provenance: 'seen',
      handle(request) {
        const query = request.url.searchParams;
        const link = {
          externalUserId: query.get('externalUserId') ?? '',
          levelName: request.params['level'] ?? '',
          lang: query.get('lang') ?? 'en',
        };
        return answerLink(request, link, query.get('ttlInSecs'));
      },
    },
    {
      name: 'get-applicant',
      method: 'GET',
      path: '/resources/applicants/:applicant/one',
      cites: 'Get applicant data; Get applicant data (externalUserId)',
      provenance: 'documented',
      handle(request) {
        const applicant = findApplicant(request);
        if (applicant instanceof Response) return applicant;
        const body = applicantBody(applicant);
        return jsonResponse(
          request.fault === 'unknown-status-word'
            ? { ...body, review: { ...reviewBody(applicant), reviewStatus: 'underTheMicroscope' } }
            : body,
        );
      },
    },
    {
      name: 'get-status',
      method: 'GET',
      path: '/resources/applicants/:applicant/status',
      cites: 'Get applicant review status',
      provenance: 'documented',
      handle(request) {
        const applicant = findApplicant(request);
        return applicant instanceof Response ? applicant : jsonResponse(reviewBody(applicant));
      },
    },
    {
      name: 'get-review-history',
      method: 'GET',
      path: '/resources/applicants/:applicant/review/history',
      cites: 'Get applicant review history',
      provenance: 'documented',
      handle(request) {
        const applicant = findApplicant(request);
        if (applicant instanceof Response) return applicant;
        const level = request.url.searchParams.get('levelName');
        const items = applicant.history.filter((one) => level === null || one.levelName === level).slice(0, 10);
        return jsonResponse({ items, totalItems: items.length });
      },
    },
    {
      name: 'request-check',
      method: 'POST',
      path: '/resources/applicants/:applicant/status/pending',
      cites: 'Request applicant check',
      provenance: 'seen',
      async handle(request) {
        const applicant = findApplicant(request);
        if (applicant instanceof Response) return applicant;
        try {
          await submit(applicant, applicant.person ?? someone);
        } catch (error) {
          return refuse(409, error instanceof Error ? error.message : 'Conflict');
        }
        return jsonResponse({ ok: 1 });
      },
    },
    {
      name: 'test-completed',
      method: 'POST',
      path: '/resources/applicants/:applicant/status/testCompleted',
      cites: 'Simulate review response in Sandbox; the answer and the status of its refusals are assumed',
      provenance: 'documented',
      async handle(request) {
        if (environment !== 'sbx') return refuse(403, 'Only available in Sandbox');
        const applicant = findApplicant(request);
        if (applicant instanceof Response) return applicant;
        const result = readVerdict(request);
        if (!result) return refuse(400, 'Invalid review result');
        applicant.person ??= someone;
        await decide(applicant, result);
        return jsonResponse({ ok: 1 });
      },
    },
    {
      name: 'test-digest',
      method: 'POST',
      path: '/resources/inspectionCallbacks/testDigest',
      cites: 'Verify webhook sender',
      provenance: 'seen',
      handle({ url, body }) {
        const digestAlg = (url.searchParams.get('digestAlg') ?? 'HMAC_SHA1_HEX') as WebhookDigest;
        const secretKey = url.searchParams.get('secretKey') ?? '';
        if (!['HMAC_SHA1_HEX', 'HMAC_SHA256_HEX', 'HMAC_SHA512_HEX'].includes(digestAlg) || !secretKey) {
          return refuse(400, 'Invalid digestAlg or secretKey');
        }
        return jsonResponse({ digest: digestOf(fromUtf8(body), secretKey, digestAlg), digestAlg });
      },
    },
  ];
  const pageRoutes: readonly Route[] = [
    {
      name: 'page',
      method: 'GET',
      path: '/websdk/p/:link',
      cites: 'Generate external WebSDK link: the page behind it',
      provenance: 'assumed',
      async handle(request) {
        const applicant = await visitorOf(request);
        return applicant instanceof Response ? applicant : verificationPage(request.url.pathname, applicant);
      },
    },
    pageRoute('approve', { reviewAnswer: 'GREEN' }),
    pageRoute('retry', unreadable()),
    pageRoute('reject', forged()),
  ];

  const emulator = createEmulator({
    name: 'sumsub',
    clock,
    routes: [...interfaceRoutes.map(guarded), ...pageRoutes],
    ...(context.deliver ? { deliver: context.deliver } : {}),
    throttled: () => refuse(429, 'Too many requests'),
    notFound: () => refuse(404, 'Not found'),
    wrongMethod: () => refuse(405, 'Method not allowed'),
  });

  function caseOf(reference: Reference): EmulatedApplicant {
    const applicant = applicants.byExternalUserId(reference);
    if (!applicant) throw new RangeError('there is no case under this reference');
    return applicant;
  }

  return {
    ...emulator,
    config,
    desk: {
      approve: async (reference, identity) => review(caseOf(reference), { reviewAnswer: 'GREEN' }, identity),
      reject: async (reference, type, reason) =>
        review(caseOf(reference), type === 'retry' ? unreadable(reason) : forged(reason)),
      async revoke(reference) {
        const applicant = caseOf(reference);
        if (applicant.reviewResult?.reviewAnswer !== 'GREEN') throw new RangeError('this case is not approved');
        await decide(applicant, forged());
      },
    },
    applied: {
      get cases() {
        return applicants.all.map(({ externalUserId }) => ({ reference: externalUserId }));
      },
    },
  };
}

function unreadable(reason = 'Upload the original photo.'): ReviewResult {
  return {
    moderationComment: reason,
    clientComment: 'Screenshot of a document.',
    reviewAnswer: 'RED',
    rejectLabels: ['UNSATISFACTORY_PHOTOS', 'SCREENSHOTS'],
    reviewRejectType: 'RETRY',
  };
}

function forged(reason = 'We could not verify your profile.'): ReviewResult {
  return {
    moderationComment: reason,
    clientComment: 'Edited document.',
    reviewAnswer: 'RED',
    rejectLabels: ['FORGERY'],
    reviewRejectType: 'FINAL',
  };
}

/** The body as an object with these fields only, sent as JSON; `null` for anything else. */
function readObject({ headers, body }: EmulatedRequest, fields?: ReadonlySet<string>): JsonObject | null {
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) return null;
  try {
    const value = parseJson(fromUtf8(body)) as JsonObject;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && (!fields || Object.keys(value).every((field) => fields.has(field))) ? value : null;
  } catch {
    return null;
  }
}

function textOf(body: JsonObject, field: string): string {
  const value = body[field];
  return typeof value === 'string' ? value : '';
}

/** The digits of a number, `null` where there is none; a text in its place reads as no number at all. */
function numberOf(body: JsonObject, field: string): string | null {
  const value = body[field];
  if (value === undefined) return null;
  return value instanceof JsonNumber ? value.text : 'not a number';
}

function readMetadata(body: JsonObject): EmulatedApplicant['metadata'] | null {
  const list = body['metadata'] ?? [];
  if (!Array.isArray(list)) return null;
  const pairs = (list as readonly JsonObject[]).map((pair) => ({
    key: textOf(pair, 'key'),
    value: textOf(pair, 'value'),
  }));
  return pairs.every(({ key }) => key) ? pairs : null;
}

function readVerdict(request: EmulatedRequest): ReviewResult | null {
  const body = readObject(request);
  if (!body) return null;
  const reviewAnswer = textOf(body, 'reviewAnswer');
  const labels = body['rejectLabels'];
  const rejectLabels = Array.isArray(labels) ? (labels as readonly Json[]).map(String) : null;
  if (!rejectLabels) return null;
  if (reviewAnswer === 'GREEN') return { reviewAnswer };
  const type = textOf(body, 'reviewRejectType');
  if (reviewAnswer !== 'RED' || (type !== 'RETRY' && type !== 'FINAL')) return null;
  const [moderationComment, clientComment] = [textOf(body, 'moderationComment'), textOf(body, 'clientComment')];
  return { reviewAnswer, rejectLabels, reviewRejectType: type, moderationComment, clientComment };
}
