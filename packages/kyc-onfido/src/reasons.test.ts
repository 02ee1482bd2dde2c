import { kycReasons } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { documentReport, someone } from './emulator/reports.ts';
import { reasonsOf } from './reasons.ts';
import type { Run } from './wire.ts';

function declined(output: Readonly<Record<string, unknown>>): Run {
  const ids = { id: 'a', applicantId: 'b', workflowId: 'c', customerUserId: null, tags: [] };
  return { ...ids, status: 'declined', output, reasons: ['On a list.'], link: null, createdAt: 0 as Instant };
}

/** A report in which these looks found something. */
function finding(...found: readonly string[]) {
  const groups = found.map((name) => name.split('.') as [string, string]);
  const parts = groups.map(([group, name]) => [group, { breakdown: { [name]: { result: 'consider' } } }] as const);
  return { breakdown: Object.fromEntries(parts) };
}

test.each([
  [{ doc: finding('image_integrity.image_quality') }, ['document-unreadable']],
  [{ doc: finding('image_integrity.supported_document') }, ['document-not-accepted']],
  [{ doc: finding('data_validation.document_expiration') }, ['document-expired']],
  [{ doc: finding('data_comparison.first_name') }, ['data-mismatch']],
  [{ doc: finding('age_validation.minimum_accepted_age') }, ['too-young']],
  [{ selfie: finding('face_comparison.face_match') }, ['face-mismatch']],
  [{ selfie: finding('image_integrity.face_detected') }, ['selfie-unreadable']],
  [{ doc: finding('visual_authenticity.fonts', 'compromised_document.document_database') }, ['other']],
  [{ watchlist: finding('sanction.sanction') }, ['other']],
  [
    {
      doc: finding('police_record.stolen', 'image_integrity.image_quality'),
      selfie: finding('face_comparison.face_match'),
    },
    ['document-unreadable', 'face-mismatch'],
  ],
  [{ doc: documentReport('clear', someone) }, ['other']],
  [{ doc: documentReport('forged', someone) }, ['other']],
  [{ doc: 'a text', list: [1], none: null, odd: { breakdown: { a: { breakdown: 7 } } } }, ['other']],
  [{}, ['other']],
])('%o is told as %o', (output, reasons) => {
  expect(reasonsOf(declined(output))).toEqual(reasons);
});

property.prop([fc.dictionary(fc.string(), fc.jsonValue())], { seed: 19 })(
  'whatever a workflow puts out, reasons are of the closed list',
  (output) => {
    const reasons = reasonsOf(declined(output));
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.every((reason) => kycReasons.includes(reason))).toBe(true);
  },
);
