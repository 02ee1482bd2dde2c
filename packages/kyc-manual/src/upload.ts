import type { KycReason, Reference } from '@rielrails/core';
import { readLimited } from '@rielrails/kit';
import type { Clock, Runtime } from '@rielrails/kit';
import type { Links } from './link.ts';
import type { ManualCase } from './manual-case.ts';
import { formPage, pageStyle, sentencePage } from './page.ts';
import type { PageFrame } from './page.ts';
import { pageLanguageOf } from './page-texts.ts';
import { MOST_FORM_BYTES, readSubmission } from './submission.ts';
import type { Submission, SubmissionProblem } from './submission.ts';

/** What the page works with. */
export interface UploadParts {
  readonly links: Links;
  readonly shop: string;
  readonly sandbox: boolean;
  readonly leastAge: number;
  readonly runtime: Pick<Runtime, 'clock' | 'log'>;
  /** A sentence for a reason, in `en` or `km`. */
  readonly say: (reason: KycReason, language: 'en' | 'km') => string;
  find(reference: Reference): Promise<ManualCase | null>;
  /** Keeps what was handed in; false when the case no longer waits for it. */
  take(one: ManualCase, submission: Submission): Promise<boolean>;
}

const PATH = /^\/kyc\/([1-9][0-9]{0,18})$/;
/** Pictures come over slow telephones. */
const WITHIN_MS = 120_000;

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Makes the upload page: `/kyc/REFERENCE?k=…`, and nothing else; `null` for any other address.
 *
 * Whoever has the link may hand in once, and sees nothing of what was handed in.
 */
export function createUpload(parts: UploadParts): (request: Request) => Promise<Response | null> {
  const { links, shop, sandbox, runtime } = parts;
  const now = () => runtime.clock.now();
  const frameOf = (language: string): PageFrame => ({ language: pageLanguageOf(language), shop, sandbox });

  async function show(one: ManualCase, problem?: SubmissionProblem, typed?: Readonly<Record<string, string>>) {
    const frame = frameOf(one.language);
    const say = (reason: KycReason) => parts.say(reason, frame.language);
    switch (one.state) {
      case 'open':
      case 'retry':
        return page(
          problem ? 422 : 200,
          formPage(frame, { ...(typed ? { typed } : {}), ...(problem ? { problem } : {}), reasons: one.reasons, say }),
        );
      case 'submitted':
        return page(200, sentencePage(frame, 'sent'));
      case 'approved':
        return page(200, sentencePage(frame, 'approved'));
      case 'rejected':
      case 'revoked':
        return page(200, sentencePage(frame, 'closed'));
    }
  }

  async function take(request: Request, one: ManualCase): Promise<Response> {
    if (one.state !== 'open' && one.state !== 'retry') return show(one);
    const form = await readForm(request, runtime.clock);
    if (form === null) return show(one, { field: 'form', rule: 'form' });
    const reading = await readSubmission(form, { leastAge: parts.leastAge, now: now() });
    if (reading.outcome === 'refused') return show(one, reading.problem, typedIn(form));
    const taken = await parts.take(one, reading.submission);
    runtime.log.info('kyc-submission', { provider: 'manual', outcome: taken ? 'taken' : 'too-late' });
    const { pathname, search } = new URL(request.url);
    // Whoever reloads the answer sends nothing again.
    return new Response(null, { status: 303, headers: { ...headers, location: pathname + search } });
  }

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/kyc/style.css')
      return new Response(pageStyle, { headers: { 'content-type': 'text/css', 'x-content-type-options': 'nosniff' } });
    const [, reference] = PATH.exec(pathname) ?? [];
    if (reference === undefined) return null;
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) return new Response(null, { status: 405, headers });
    const known = links.holds(reference, searchParams.get('k') ?? '', now());
    const one = known ? await parts.find(reference as Reference) : null;
    if (!one) return page(404, sentencePage(frameOf('en'), 'unknown'));
    return request.method === 'POST' ? take(request, one) : show(one);
  };
}

/** The form, within its limits; `null` where there is none that can be read. */
async function readForm(request: Request, clock: Clock): Promise<FormData | null> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) return null;
  const bytes = await readLimited(request, { maxBytes: MOST_FORM_BYTES, withinMs: WITHIN_MS, clock });
  if (bytes instanceof Response) return null;
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch {
    return null;
  }
}

function typedIn(form: FormData): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, 200)]] : [])),
  );
}

function page(status: number, html: string): Response {
  return new Response(html, { status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
}
