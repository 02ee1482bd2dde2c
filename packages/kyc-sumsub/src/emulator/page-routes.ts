import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Account } from './account.ts';
import type { EmulatedApplicant, EmulatedPerson, ReviewResult } from './applicants.ts';
import { messagePage, verificationPage } from './page.ts';
import { forged, passed, unreadable } from './verdicts.ts';

/** The page behind a hosted link, and what its forms do. */
export function pageRoutes(account: Account): readonly Route[] {
  const { applicants, links, clock } = account;

  /** Whose page it is. The page makes the applicant where the link was made for somebody new. */
  async function visitorOf({ params }: EmulatedRequest): Promise<EmulatedApplicant | Response> {
    const link = links.get(params['link'] ?? '');
    if (!link) return messagePage(404, 'There is no such link.');
    if (link.openUntilMs <= clock.now()) return messagePage(410, 'This link has expired.');
    return applicants.byExternalUserId(link.externalUserId) ?? account.open({ ...link, metadata: [] });
  }

  function form(name: string, result: ReviewResult): Route {
    return {
      name: `page-${name}`,
      method: 'POST',
      path: `/websdk/p/:link/${name}`,
      cites: 'No document: the hosted page is no interface for clients, and these forms stand in for its camera',
      provenance: 'assumed',
      async handle(request) {
        const applicant = await visitorOf(request);
        if (applicant instanceof Response) return applicant;
        try {
          await account.review(applicant, result, readPerson(request));
        } catch (error) {
          if (error instanceof RangeError) return messagePage(409, 'This check is closed.');
          throw error;
        }
        return new Response(null, { status: 303, headers: { location: `/websdk/p/${request.params['link']}` } });
      },
    };
  }

  return [
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
    form('approve', passed),
    form('retry', unreadable()),
    form('reject', forged()),
  ];
}

function readPerson({ body }: EmulatedRequest): EmulatedPerson | undefined {
  const fields = new URLSearchParams(fromUtf8(body));
  const name = (fields.get('name') ?? '').trim().slice(0, 100);
  const born = fields.get('born') ?? '';
  if (!name) return undefined;
  return { name, country: 'KH', ...(/^\d{4}-\d{2}-\d{2}$/.test(born) ? { born } : {}) };
}
