import { fromUtf8 } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Account } from './account.ts';
import { applicantBody, reviewBody } from './applicants.ts';
import type { Applicants, EmulatedApplicant } from './applicants.ts';
import { listOf, readObject, textOf } from './bodies.ts';
import type { JsonObject } from './bodies.ts';
import { unknownLevel } from './levels.ts';
import { digestOf, webhookDigests } from './notices.ts';
import type { NoticeType } from './notices.ts';
import { readVerdict } from './verdicts.ts';

const FIELDS = ['externalUserId', 'email', 'phone', 'lang', 'sourceKey', 'type', 'metadata', 'fixedInfo'];

/** Everything about applicants. */
export function applicantRoutes(account: Account): readonly Route[] {
  const { applicants, refuse } = account;

  /** Finds by Sumsub's id, or by ours in a matrix parameter: `-;externalUserId=…`. */
  function withApplicant(
    request: EmulatedRequest,
    answer: (applicant: EmulatedApplicant) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const name = request.params['applicant'] ?? '';
    const ours = /^-;externalUserId=(.+)$/.exec(name)?.[1];
    const found = ours === undefined ? applicants.byId(name) : applicants.byExternalUserId(ours);
    return found ? answer(found) : refuse(404, 'Applicant not found');
  }

  /** Changes an applicant where its state allows it, and answers with it or with a mere yes. */
  function change(
    request: EmulatedRequest,
    type: NoticeType,
    work: (all: Applicants, applicant: EmulatedApplicant) => void,
    body: (applicant: EmulatedApplicant) => unknown = () => ({ ok: 1 }),
  ): Response | Promise<Response> {
    return withApplicant(request, async (applicant) => {
      try {
        await account.change(type, applicant, (all) => work(all, applicant));
        return jsonResponse(body(applicant));
      } catch (error) {
        if (error instanceof RangeError) return refuse(409, error.message);
        throw error;
      }
    });
  }

  return [
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
      cites: 'Create applicant. Assumed: status 201, 404 for an unknown level, 400 for an unknown field',
      provenance: 'documented',
      async handle(request) {
        const body = readObject(request, FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const levelName = request.url.searchParams.get('levelName') ?? '';
        const refusal = unknownLevel(account, levelName);
        if (refusal) return refusal;
        const externalUserId = textOf(body, 'externalUserId');
        const metadata = readMetadata(body);
        if (!externalUserId || !metadata) return refuse(400, 'Invalid externalUserId or metadata');
        const known = applicants.byExternalUserId(externalUserId);
        if (known) {
          return refuse(409, `Applicant with external user id '${externalUserId}' already exists: ${known.id}`);
        }
        const lang = textOf(body, 'lang') || 'en';
        return jsonResponse(applicantBody(await account.open({ externalUserId, levelName, lang, metadata })), 201);
      },
    },
    {
      name: 'get-applicant',
      method: 'GET',
      path: '/resources/applicants/:applicant/one',
      cites: 'Get applicant data; Get applicant data (externalUserId)',
      provenance: 'documented',
      handle: (request) =>
        withApplicant(request, (applicant) => {
          const body = applicantBody(applicant);
          const review = { ...reviewBody(applicant), reviewStatus: 'underTheMicroscope' };
          return jsonResponse(request.fault === 'unknown-status-word' ? { ...body, review } : body);
        }),
    },
    {
      name: 'get-status',
      method: 'GET',
      path: '/resources/applicants/:applicant/status',
      cites: 'Get applicant review status',
      provenance: 'documented',
      handle: (request) => withApplicant(request, (applicant) => jsonResponse(reviewBody(applicant))),
    },
    {
      name: 'get-review-history',
      method: 'GET',
      path: '/resources/applicants/:applicant/review/history',
      cites: 'Get applicant review history',
      provenance: 'documented',
      handle: (request) =>
        withApplicant(request, ({ history }) => {
          const level = request.url.searchParams.get('levelName');
          const items = history.filter((one) => level === null || one.levelName === level).slice(0, 10);
          return jsonResponse({ items, totalItems: items.length });
        }),
    },
    {
      name: 'request-check',
      method: 'POST',
      path: '/resources/applicants/:applicant/status/pending',
      cites: 'Request applicant check. Assumed: 409 where the state does not allow it',
      provenance: 'seen',
      handle: (request) => change(request, 'applicantPending', (all, applicant) => all.submit(applicant)),
    },
    {
      name: 'reset',
      method: 'POST',
      path: '/resources/applicants/:applicant/reset',
      cites: 'Reset applicant profile. Assumed: the answer, and 409 while it is checked',
      provenance: 'documented',
      handle: (request) => change(request, 'applicantReset', (all, applicant) => all.reset(applicant)),
    },
    {
      name: 'move-to-level',
      method: 'POST',
      path: '/resources/applicants/:applicant/moveToLevel',
      cites: 'Change applicant level. Assumed: it starts anew at the new level',
      provenance: 'seen',
      handle(request) {
        const levelName = request.url.searchParams.get('name') ?? '';
        return (
          unknownLevel(account, levelName) ??
          change(request, 'applicantLevelChanged', (all, applicant) => all.moveToLevel(applicant, levelName))
        );
      },
    },
    ...(['activated', 'deactivated'] as const).map((presence): Route => ({
      name: presence,
      method: 'PATCH',
      path: `/resources/applicants/:applicant/presence/${presence}`,
      cites: 'Deactivate applicant profile. Assumed: 409 while it is checked',
      provenance: 'documented',
      handle: (request) =>
        change(
          request,
          presence === 'activated' ? 'applicantActivated' : 'applicantDeactivated',
          (all, applicant) => all.setPresence(applicant, presence),
          applicantBody,
        ),
    })),
    {
      name: 'test-completed',
      method: 'POST',
      path: '/resources/applicants/:applicant/status/testCompleted',
      cites: 'Simulate review response in Sandbox. Assumed: the answer, and the status for a production token',
      provenance: 'documented',
      handle: (request) =>
        withApplicant(request, async (applicant) => {
          if (account.environment !== 'sbx') return refuse(403, 'Only available in Sandbox');
          const result = readVerdict(request);
          if (!result) return refuse(400, 'Invalid review result');
          await account.decide(applicant, result);
          return jsonResponse({ ok: 1 });
        }),
    },
    {
      name: 'test-digest',
      method: 'POST',
      path: '/resources/inspectionCallbacks/testDigest',
      cites: 'Verify webhook sender',
      provenance: 'seen',
      handle({ url, body }) {
        const digestAlg = webhookDigests.find((known) => known === url.searchParams.get('digestAlg'));
        const secretKey = url.searchParams.get('secretKey') ?? '';
        if (!digestAlg || !secretKey) return refuse(400, 'Invalid digestAlg or secretKey');
        return jsonResponse({ digest: digestOf(fromUtf8(body), secretKey, digestAlg), digestAlg });
      },
    },
  ];
}

function readMetadata(body: JsonObject): EmulatedApplicant['metadata'] | null {
  if (body['metadata'] === undefined) return [];
  const list = listOf(body, 'metadata') as readonly JsonObject[] | undefined;
  const pairs = list?.map((pair) => ({ key: textOf(pair, 'key'), value: textOf(pair, 'value') }));
  return pairs?.every(({ key }) => key) ? pairs : null;
}
