import type { Instant } from '@rielrails/core';
import { documentNames } from './manual-case.ts';
import type { DocumentName, Statement } from './manual-case.ts';

/** A picture as it came. */
export interface Picture {
  readonly name: DocumentName;
  readonly type: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
}

/** What somebody handed in. */
export interface Submission {
  readonly statement: Statement;
  readonly pictures: readonly Picture[];
}

/** Why it was not taken: a field, and which sentence says what to do. */
export interface SubmissionProblem {
  readonly field: keyof Statement | DocumentName | 'form';
  readonly rule: 'missing' | 'form' | 'too-long' | 'too-young' | 'not-a-picture' | 'too-large';
}

/** What came, or what is wrong with it. */
export type Reading =
  | { readonly outcome: 'taken'; readonly submission: Submission }
  | { readonly outcome: 'refused'; readonly problem: SubmissionProblem };

/** The largest picture. Telephones make three to six. */
export const MOST_PICTURE_BYTES: number = 8 * 1024 * 1024;
/** The largest form. */
export const MOST_FORM_BYTES: number = 3 * MOST_PICTURE_BYTES + 64 * 1024;
const MOST_NAME_CHARACTERS = 100;
const LATIN_NAME = /^[\p{Script=Latin}\p{M} .'’-]*\p{Script=Latin}[\p{Script=Latin}\p{M} .'’-]*$/u;
const KHMER_NAME = /^[\p{Script=Khmer}\u200b ]+$/u;
const OLDEST_YEARS = 120;

class Refused extends Error {
  readonly problem: SubmissionProblem;
  constructor(field: SubmissionProblem['field'], rule: SubmissionProblem['rule']) {
    super(`${field}: ${rule}`);
    this.problem = { field, rule };
  }
}

/**
 * Reads a form. Takes nothing of one that breaks a rule.
 *
 * A picture is known by its first bytes, whatever it is called; nothing here decodes it.
 */
export async function readSubmission(
  form: FormData,
  rules: { readonly leastAge: number; readonly now: Instant },
): Promise<Reading> {
  try {
    const statement = readStatement(form, rules);
    const pictures: Picture[] = [];
    for (const name of documentNames) {
      const picture = await readPicture(form, name, needs(statement, name));
      if (picture) pictures.push(picture);
    }
    return { outcome: 'taken', submission: { statement, pictures } };
  } catch (error) {
    if (error instanceof Refused) return { outcome: 'refused', problem: error.problem };
    throw error;
  }
}

/** A passport has one page that counts. */
function needs({ document }: Statement, name: DocumentName): boolean {
  return name !== 'back' || document !== 'passport';
}

function readStatement(
  form: FormData,
  { leastAge, now }: { readonly leastAge: number; readonly now: Instant },
): Statement {
  const text = (field: keyof Statement) => {
    const value = form.get(field);
    const plain = typeof value === 'string' ? value.normalize('NFC').trim().replaceAll(/\s+/g, ' ') : '';
    if (plain.length > MOST_NAME_CHARACTERS) throw new Refused(field, 'too-long');
    return plain;
  };
  const required = (field: keyof Statement, form: RegExp) => {
    const value = text(field);
    if (value === '') throw new Refused(field, 'missing');
    if (!form.test(value)) throw new Refused(field, 'form');
    return value;
  };
  const name = required('name', LATIN_NAME);
  const khmerName = text('khmerName');
  if (khmerName !== '' && !KHMER_NAME.test(khmerName)) throw new Refused('khmerName', 'form');
  const born = required('born', /^\d{4}-\d{2}-\d{2}$/);
  const country = required('country', /^[A-Z]{2}$/);
  const document = required('document', /^(?:national-id|passport|driving-licence)$/) as Statement['document'];
  const age = ageOf(born, now);
  if (age === null || age > OLDEST_YEARS) throw new Refused('born', 'form');
  if (age < leastAge) throw new Refused('born', 'too-young');
  return { name, khmerName: khmerName === '' ? null : khmerName, born, country, document };
}

/** Whole years; `null` for what is no day. */
function ageOf(born: string, now: Instant): number | null {
  const at = Date.parse(`${born}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== born || at > now) return null;
  const [birth, today] = [born, new Date(now).toISOString().slice(0, 10)];
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}

async function readPicture(form: FormData, name: DocumentName, isNeeded: boolean): Promise<Picture | null> {
  const file = form.get(name);
  if (!(file instanceof File) || file.size === 0) {
    if (isNeeded) throw new Refused(name, 'missing');
    return null;
  }
  if (file.size > MOST_PICTURE_BYTES) throw new Refused(name, 'too-large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = typeOf(bytes);
  if (type === null) throw new Refused(name, 'not-a-picture');
  return { name, type, bytes };
}

function typeOf(bytes: Uint8Array): Picture['type'] | null {
  const begins = (...start: readonly number[]) => start.every((byte, index) => bytes[index] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  return begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? 'image/png' : null;
}
