import { hmac, toHex } from '@rielrails/kit';
import type { Clock, HmacAlgorithm, Random } from '@rielrails/kit';
import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import { millisecondsText, secondsText } from './applicants.ts';
import type { EmulatedApplicant } from './applicants.ts';

/** The digests that a webhook may be set to. */
export const webhookDigests = ['HMAC_SHA1_HEX', 'HMAC_SHA256_HEX', 'HMAC_SHA512_HEX'] as const;

/** One of {@link webhookDigests}. */
export type WebhookDigest = (typeof webhookDigests)[number];

/** How a webhook was set up in the dashboard. */
export interface NoticeOptions {
  readonly url: string;
  readonly secret: string;
  readonly digest: WebhookDigest;
  /** Old webhooks leave `x-payload-digest-alg` out. */
  readonly namesDigest: boolean;
}

const hashes: Readonly<Record<WebhookDigest, HmacAlgorithm>> = {
  HMAC_SHA1_HEX: 'sha1',
  HMAC_SHA256_HEX: 'sha256',
  HMAC_SHA512_HEX: 'sha512',
};

/** The digest of a delivery: over the body's bytes, with the secret of that webhook. */
export function digestOf(body: string, secret: string, digest: WebhookDigest): string {
  return toHex(hmac(hashes[digest], secret, body));
}

/** What an applicant's webhooks tell. Sumsub documentation, "User verification webhooks". */
export type NoticeType =
  | 'applicantCreated'
  | 'applicantPending'
  | 'applicantOnHold'
  | 'applicantReviewed'
  | 'applicantReset'
  | 'applicantLevelChanged'
  | 'applicantDeactivated'
  | 'applicantActivated'
  | 'applicantDeleted';

/** A webhook about an applicant as it is now. Sumsub documentation, "Webhooks". */
export function createNotice(
  type: NoticeType,
  applicant: EmulatedApplicant,
  options: NoticeOptions & { readonly clock: Clock; readonly random: Random; readonly sandbox: boolean },
): OutgoingWebhook {
  const now = options.clock.now();
  const body = JSON.stringify({
    applicantId: applicant.id,
    inspectionId: applicant.inspectionId,
    applicantType: 'individual',
    correlationId: toHex(options.random.bytes(16)),
    levelName: applicant.levelName,
    sandboxMode: options.sandbox,
    externalUserId: applicant.externalUserId,
    type,
    ...(applicant.reviewResult ? { reviewResult: applicant.reviewResult } : {}),
    reviewStatus: applicant.reviewStatus,
    createdAt: secondsText(now),
    createdAtMs: millisecondsText(now),
    clientId: 'emulator',
  });
  return {
    url: options.url,
    headers: {
      'content-type': 'application/json',
      'x-payload-digest': digestOf(body, options.secret, options.digest),
      ...(options.namesDigest ? { 'x-payload-digest-alg': options.digest } : {}),
    },
    body,
  };
}
