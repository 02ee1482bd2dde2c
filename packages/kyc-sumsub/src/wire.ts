import { ProviderError } from '@rielrails/core';
import type { Fault } from '@rielrails/core';
import { doubt, JsonNumber, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { z } from 'zod';

/** A text that may be missing: Sumsub leaves fields out, or sends `null`. */
type Told = string | null | undefined;

/** A verdict. Sumsub documentation, "Receive verification results". Comments are not read. */
interface ReviewResult {
  readonly reviewAnswer?: Told;
  readonly reviewRejectType?: Told;
  readonly rejectLabels?: readonly string[] | null | undefined;
}

/** An applicant. Sumsub API reference, "Get applicant data" and "Get applicant review status". */
export interface Applicant {
  readonly id: string;
  readonly externalUserId: string;
  readonly deleted?: boolean | null | undefined;
  readonly metadata?: readonly { readonly key: string; readonly value?: Told }[] | null | undefined;
  /** What was read from the documents. What we supplied would stand in `fixedInfo`. */
  readonly info?:
    | {
        readonly firstName?: Told;
        readonly firstNameEn?: Told;
        readonly middleName?: Told;
        readonly middleNameEn?: Told;
        readonly lastName?: Told;
        readonly lastNameEn?: Told;
        readonly dob?: Told;
        readonly country?: Told;
        readonly nationality?: Told;
        readonly idDocs?:
          | readonly { readonly validUntil?: Told; readonly number?: Told; readonly country?: Told }[]
          | null
          | undefined;
      }
    | null
    | undefined;
  readonly review?:
    | {
        readonly reviewStatus: string;
        readonly reviewDate?: Told;
        readonly levelName?: Told;
        readonly reviewResult?: ReviewResult | null | undefined;
      }
    | null
    | undefined;
}

const text = z.string().max(1000);
const told = text.nullish();

const reviewResultSchema = z.object({
  reviewAnswer: told,
  reviewRejectType: told,
  rejectLabels: z.array(text).max(100).nullish(),
});

const applicantSchema = z.object({
  id: z.string().regex(/^[0-9a-zA-Z]{1,64}$/),
  externalUserId: text,
  deleted: z.boolean().nullish(),
  metadata: z.array(z.object({ key: text, value: told })).nullish(),
  info: z
    .object({
      firstName: told,
      firstNameEn: told,
      middleName: told,
      middleNameEn: told,
      lastName: told,
      lastNameEn: told,
      dob: told,
      country: told,
      nationality: told,
      idDocs: z.array(z.object({ validUntil: told, number: told, country: told })).nullish(),
    })
    .nullish(),
  review: z
    .object({ reviewStatus: text, reviewDate: told, levelName: told, reviewResult: reviewResultSchema.nullish() })
    .nullish(),
});

const historySchema = z.object({ items: z.array(z.object({ reviewResult: reviewResultSchema.nullish() })) });

const linkSchema = z.object({ url: z.url({ protocol: /^https?$/ }).max(2000) });

/** Reads an applicant. Throws when the answer is another. */
export function readApplicant(answer: Json): Applicant {
  return applicantSchema.parse(answer);
}

/** Whether a GREEN is among the verdicts told. Sumsub API reference, "Get applicant review history". */
export function readWasApproved(answer: Json): boolean {
  return historySchema.parse(answer).items.some(({ reviewResult }) => reviewResult?.reviewAnswer === 'GREEN');
}

/** Reads a hosted link. Sumsub API reference, "Generate external WebSDK link". */
export function readLink(answer: Json): string {
  return linkSchema.parse(answer).url;
}

const errorSchema = z.object({
  code: z.instanceof(JsonNumber),
  errorCode: z.instanceof(JsonNumber).optional(),
  errorName: z.string().max(100).optional(),
});

/**
 * What an error of Sumsub means. Its `description` is not passed on: it may repeat the person's id.
 *
 * A body that is not Sumsub's error object explains nothing: somebody in between wrote it. Sumsub documentation, "Error
 * codes" and "Rate limits".
 */
export function explain(status: number, body: string): ProviderError | null {
  if (status === 429) return fault({ kind: 'throttled', provider: 'sumsub', message: 'sumsub: too many requests' });
  if (status < 400 || status >= 500) return null;
  const error = readError(body);
  if (!error) return null;
  const said = { provider: 'sumsub', providerCode: error.errorName ?? error.errorCode?.text ?? `http-${status}` };
  switch (status) {
    case 400:
      return fault({ ...said, kind: 'invalid', message: 'sumsub: the request breaks a rule' });
    case 401:
      return fault({ ...said, kind: 'config', message: 'sumsub: app token, secret key or clock is wrong' });
    case 403:
      return fault({ ...said, kind: 'config', message: 'sumsub: the app token lacks a permission' });
    case 404:
      return fault({ ...said, kind: 'not-found', message: 'sumsub: no such applicant or level' });
    case 409:
      return doubt('sumsub', 'duplicate', 'sumsub: this reference was used before; look it up');
    default:
      return null;
  }
}

function readError(body: string): z.output<typeof errorSchema> | undefined {
  try {
    return errorSchema.safeParse(parseJson(body)).data;
  } catch {
    return undefined;
  }
}

function fault(fault: Fault): ProviderError {
  return new ProviderError(fault);
}
