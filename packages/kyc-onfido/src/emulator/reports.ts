import { countryAlpha3 } from '@rielrails/kit';
import type { EmulatedPerson } from './options.ts';

/** What a look at papers and face comes to. */
export type Finding = 'clear' | 'blurred' | 'forged';

/** Whom the papers name where nobody says otherwise. */
export const someone: EmulatedPerson = { name: 'Sok Sreyneang', born: '1990-08-03', country: 'KH' };

const subResults: Readonly<Record<Finding, string>> = { clear: 'clear', blurred: 'rejected', forged: 'suspected' };

/** The groups of a document report and what each looks at. `@onfido/api` 6.2.0, "DocumentBreakdown". */
const documentGroups = {
  age_validation: ['minimum_accepted_age'],
  compromised_document: ['document_database', 'repeat_attempts'],
  data_comparison: ['date_of_birth', 'first_name', 'last_name'],
  data_consistency: ['date_of_birth', 'first_name', 'last_name', 'nationality'],
  data_validation: ['date_of_birth', 'document_expiration', 'document_numbers', 'mrz'],
  image_integrity: ['colour_picture', 'conclusive_document_quality', 'image_quality', 'supported_document'],
  visual_authenticity: ['digital_tampering', 'fonts', 'original_document_present', 'template'],
};

/** The same of a facial similarity report. "FacialSimilarityPhotoBreakdown". */
const faceGroups = {
  face_comparison: ['face_match'],
  image_integrity: ['face_detected', 'source_integrity'],
  visual_authenticity: ['spoofing_detection'],
};

/** What is wrong with papers that come to no good. */
const failed: Readonly<Record<Finding, readonly string[]>> = {
  clear: [],
  blurred: ['image_integrity.image_quality'],
  forged: ['visual_authenticity.digital_tampering', 'visual_authenticity.fonts'],
};

/** What a document report says. "DocumentReport", "DocumentProperties". */
export function documentReport(finding: Finding, person: EmulatedPerson): Record<string, unknown> {
  return {
    result: finding === 'clear' ? 'clear' : 'consider',
    sub_result: subResults[finding],
    status: 'complete',
    breakdown: breakdown(documentGroups, failed[finding]),
    properties: finding === 'blurred' ? {} : documentProperties(person),
  };
}

/** What a facial similarity report says. It has nothing against a face that is merely beside a bad document. */
export function faceReport(): Record<string, unknown> {
  return {
    result: 'clear',
    sub_result: null,
    status: 'complete',
    breakdown: breakdown(faceGroups, []),
    properties: {},
  };
}

function breakdown(groups: Readonly<Record<string, readonly string[]>>, bad: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(groups).map(([group, names]) => {
      const results = names.map((name) => ({ name, result: bad.includes(`${group}.${name}`) ? 'consider' : 'clear' }));
      const parts = results.map(({ name, result }) => [name, { properties: {}, result }] as const);
      const isFine = results.every(({ result }) => result === 'clear');
      return [group, { result: isFine ? 'clear' : 'consider', breakdown: Object.fromEntries(parts) }];
    }),
  );
}

function documentProperties({ name, born, country, validUntil }: EmulatedPerson): Record<string, unknown> {
  const words = name.trim().split(/\s+/);
  const three = country === undefined ? undefined : countryAlpha3(country);
  return {
    first_name: words.slice(0, -1).join(' ') || words[0],
    ...(words[1] ? { last_name: words.at(-1) } : {}),
    ...(born === undefined ? {} : { date_of_birth: born }),
    ...(validUntil === undefined ? {} : { date_of_expiry: validUntil }),
    ...(three === undefined ? {} : { issuing_country: three, nationality: three }),
    document_type: 'national_identity_card',
    document_numbers: [{ type: 'document_number', value: '999999999' }],
  };
}
