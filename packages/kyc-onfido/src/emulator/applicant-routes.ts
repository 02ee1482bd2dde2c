import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Account, Endpoint } from './account.ts';
import { writtenAt } from './book.ts';
import type { BookedApplicant } from './book.ts';
import { isObject, readFields } from './body.ts';
import { readPage } from './paging.ts';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'dob',
  'phone_number',
  'id_numbers',
  'consents',
  'address',
  'location',
];
/** `@onfido/api` 6.2.0, "applicant_first_name". */
const NAME = /^[^!#$%*=<>;{}"]{1,200}$/;
const DELETED_AFTER_MS = 20 * 86_400_000;

/** Everything about applicants. */
export function applicantEndpoints({ book, views, clock, applicant }: Account): readonly Endpoint[] {
  const one = ({ params }: EmulatedRequest) => applicant(params['applicant'] ?? '');
  const documented = { provenance: 'documented' } as const;

  return [
    {
      ...documented,
      name: 'create-applicant',
      method: 'POST',
      path: '/applicants',
      cites: 'Create Applicant',
      handle(request) {
        const given = readGiven(request, true);
        const made: BookedApplicant = { id: book.uuid(), createdAt: book.now(), given, deleteAt: null };
        book.applicants.push(made);
        return jsonResponse(views.applicant(made), 201);
      },
    },
    {
      ...documented,
      name: 'list-applicants',
      method: 'GET',
      path: '/applicants',
      cites: 'List Applicants. Assumed: 20 a page',
      handle(request) {
        const withDeleted = request.url.searchParams.get('include_deleted') === 'true';
        const listed = book.applicants.filter(({ deleteAt }) => withDeleted || deleteAt === null).toReversed();
        return jsonResponse({ applicants: readPage(request, listed, 20).map((each) => views.applicant(each)) });
      },
    },
    {
      ...documented,
      name: 'get-applicant',
      method: 'GET',
      path: '/applicants/:applicant',
      cites: 'Retrieve Applicant',
      handle: (request) => jsonResponse(views.applicant(one(request))),
    },
    {
      ...documented,
      name: 'update-applicant',
      method: 'PUT',
      path: '/applicants/:applicant',
      cites: 'Update Applicant',
      handle(request) {
        const found = one(request);
        found.given = { ...found.given, ...readGiven(request, false) };
        return jsonResponse(views.applicant(found));
      },
    },
    {
      ...documented,
      name: 'delete-applicant',
      method: 'DELETE',
      path: '/applicants/:applicant',
      cites: 'Delete Applicant. Assumed: twenty days until it is gone',
      handle(request) {
        one(request).deleteAt = writtenAt(clock.now() + DELETED_AFTER_MS);
        return new Response(null, { status: 204 });
      },
    },
    {
      ...documented,
      name: 'restore-applicant',
      method: 'POST',
      path: '/applicants/:applicant/restore',
      cites: 'Restore Applicant',
      handle(request) {
        one(request).deleteAt = null;
        return new Response(null, { status: 204 });
      },
    },
  ];
}

function readGiven(request: EmulatedRequest, isNew: boolean): BookedApplicant['given'] {
  const fields = readFields(request, FIELDS);
  const name = isNew ? fields.need : fields.text;
  name('first_name', NAME, 'has characters that are not allowed');
  name('last_name', NAME, 'has characters that are not allowed');
  fields.text('email', /^[^@\s]+@[^@\s]+$/);
  fields.text('dob', /^\d{4}-\d{2}-\d{2}$/);
  const address = fields.body['address'];
  if (address !== undefined) {
    const isWhole = isObject(address) && /^[A-Z]{3}$/.test(textOf(address['country'])) && textOf(address['postcode']);
    if (!isWhole) fields.complain('address', 'needs a country of three letters and a postcode');
  }
  fields.finish();
  return fields.body;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
