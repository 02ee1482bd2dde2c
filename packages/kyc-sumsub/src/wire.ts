import { ProviderError } from '@rielrails/core';
import type { Fault } from '@rielrails/core';
import { doubt, JsonNumber, parseJson } from '@rielrails/kit';
import { z } from 'zod';

const text = z.string().max(1000);
const optional = text.nullish();

/** A verdict. Sumsub documentation, "Receive verification results". `clientComment` is not read: nobody may see it. */
export const reviewResultSchema = z.object({
  reviewAnswer: optional,
  reviewRejectType: optional,
  rejectLabels: z.array(text).max(100).nullish(),
  moderationComment: z.string().max(10_000).nullish(),
});

/** The state of a review. Sumsub API reference, "Get applicant review status". */
export const reviewSchema = z.object({
  reviewStatus: text,
  reviewDate: optional,
  levelName: optional,
  reviewResult: reviewResultSchema.nullish(),
});

/** An applicant. Sumsub API reference, "Get applicant data". `info` is what was read from the documents. */
export const applicantSchema = z.object({
  id: z.string().regex(/^[0-9a-zA-Z]{1,64}$/),
  externalUserId: text,
  deleted: z.boolean().nullish(),
  metadata: z.array(z.object({ key: text, value: optional })).nullish(),
  info: z
    .object({
      firstName: optional,
      firstNameEn: optional,
      middleName: optional,
      middleNameEn: optional,
      lastName: optional,
      lastNameEn: optional,
      dob: optional,
      country: optional,
      nationality: optional,
      idDocs: z.array(z.object({ validUntil: optional })).nullish(),
    })
    .nullish(),
  review: reviewSchema.nullish(),
});

/** An applicant as we read it. */
export type Applicant = z.output<typeof applicantSchema>;

/** Earlier verdicts, the ten newest. Sumsub API reference, "Get applicant review history". */
export const historySchema = z.object({ items: z.array(z.object({ reviewResult: reviewResultSchema.nullish() })) });

/** A hosted link. Sumsub API reference, "Generate external WebSDK link". */
export const linkSchema = z.object({ url: z.url({ protocol: /^https?$/ }).max(2000) });

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
