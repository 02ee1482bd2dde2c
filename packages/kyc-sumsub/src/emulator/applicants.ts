import { countryAlpha3, toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';

/** Who was found in the documents. `country` is ISO 3166-1 alpha-2. */
export interface EmulatedPerson {
  readonly name: string;
  readonly born?: string;
  readonly country?: string;
  /** The last day of the document: `YYYY-MM-DD`. */
  readonly validUntil?: string;
  /** The number of the document. */
  readonly documentNumber?: string;
}

/** A verdict as Sumsub writes it. Sumsub documentation, "Receive verification results". */
export interface ReviewResult {
  readonly reviewAnswer: 'GREEN' | 'RED';
  readonly rejectLabels?: readonly string[];
  readonly reviewRejectType?: 'RETRY' | 'FINAL';
  readonly moderationComment?: string;
  readonly clientComment?: string;
}

interface Attempt {
  readonly attemptId: string;
  readonly levelName: string;
  readonly reviewDate: string;
  readonly reviewResult: ReviewResult;
  readonly reviewStatus: 'completed';
}

/** One applicant and everything that was decided about it. */
export interface EmulatedApplicant {
  readonly id: string;
  readonly inspectionId: string;
  readonly externalUserId: string;
  readonly lang: string;
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
  readonly createdAtMs: number;
  levelName: string;
  /** Set inactive; it can be set active again. */
  deleted: boolean;
  reviewStatus: 'init' | 'pending' | 'onHold' | 'completed';
  reviewResult: ReviewResult | null;
  reviewedAtMs: number | null;
  person: EmulatedPerson | null;
  /** Verdicts, newest first. */
  readonly history: Attempt[];
}

/** What the creator of an applicant gives. */
export type NewApplicant = Pick<EmulatedApplicant, 'externalUserId' | 'levelName' | 'lang' | 'metadata'>;

/** Every applicant, and the only ways in which one changes. */
export interface Applicants {
  readonly all: readonly EmulatedApplicant[];
  /** Finds by Sumsub's id. */
  byId(id: string): EmulatedApplicant | undefined;
  /** Finds by the client's id. */
  byExternalUserId(externalUserId: string): EmulatedApplicant | undefined;
  add(applicant: NewApplicant): EmulatedApplicant;
  /** The person hands in documents. Throws when the case is closed for good, or already waits for a verdict. */
  submit(applicant: EmulatedApplicant, person?: EmulatedPerson): void;
  /** The reviewer decides. */
  decide(applicant: EmulatedApplicant, result: ReviewResult): void;
  /** The reviewer needs to know more. */
  hold(applicant: EmulatedApplicant): void;
  /** Everything starts anew. Throws while a verdict is waited for. */
  reset(applicant: EmulatedApplicant): void;
  /** Moves to another level, which has to be passed too. Throws while a verdict is waited for. */
  moveToLevel(applicant: EmulatedApplicant, levelName: string): void;
  /** Throws while a verdict is waited for. */
  setPresence(applicant: EmulatedApplicant, presence: 'activated' | 'deactivated'): void;
  /** Deletes for good. */
  remove(applicant: EmulatedApplicant): void;
}

const someone: EmulatedPerson = { name: 'Sok Sreyneang', born: '1990-08-03', country: 'KH' };

/** "Reset applicant profile" and "Deactivate applicant profile": not while an applicant is checked. */
function mustNotBeChecked({ reviewStatus }: EmulatedApplicant): void {
  if (reviewStatus === 'pending') throw new RangeError('this applicant is being checked');
}

/**
 * Makes an empty store. Statuses by Sumsub documentation, "Applicant statuses".
 *
 * @param resetForgets - whether a reset empties the review history too: "all statuses" are deleted, and no document says
 *   whether that includes it.
 */
export function createApplicants(clock: Clock, random: Random, resetForgets: boolean): Applicants {
  const all: EmulatedApplicant[] = [];
  const id = () => toHex(random.bytes(12));
  return {
    all,
    byId: (id) => all.find((one) => one.id === id),
    byExternalUserId: (externalUserId) => all.find((one) => one.externalUserId === externalUserId),
    add(given) {
      const applicant: EmulatedApplicant = {
        ...given,
        id: id(),
        inspectionId: id(),
        createdAtMs: clock.now(),
        deleted: false,
        reviewStatus: 'init',
        reviewResult: null,
        reviewedAtMs: null,
        person: null,
        history: [],
      };
      all.push(applicant);
      return applicant;
    },
    submit(applicant, person) {
      if (applicant.deleted) throw new RangeError('this applicant is inactive');
      if (applicant.reviewStatus === 'pending') throw new RangeError('this applicant already waits for a verdict');
      if (applicant.reviewResult?.reviewRejectType === 'FINAL')
        throw new RangeError('this applicant was rejected for good');
      applicant.reviewStatus = 'pending';
      applicant.person = person ?? applicant.person ?? someone;
    },
    decide(applicant, result) {
      applicant.person ??= someone;
      applicant.reviewStatus = 'completed';
      applicant.reviewResult = result;
      applicant.reviewedAtMs = clock.now();
      applicant.history.unshift({
        attemptId: id().slice(0, 5),
        levelName: applicant.levelName,
        reviewDate: secondsText(clock.now()),
        reviewResult: result,
        reviewStatus: 'completed',
      });
    },
    hold(applicant) {
      applicant.reviewStatus = 'onHold';
    },
    reset(applicant) {
      mustNotBeChecked(applicant);
      applicant.reviewStatus = 'init';
      applicant.reviewResult = null;
      applicant.reviewedAtMs = null;
      applicant.person = null;
      if (resetForgets) applicant.history.length = 0;
    },
    moveToLevel(applicant, levelName) {
      mustNotBeChecked(applicant);
      applicant.levelName = levelName;
      applicant.reviewStatus = 'init';
      applicant.reviewResult = null;
      applicant.reviewedAtMs = null;
    },
    setPresence(applicant, presence) {
      mustNotBeChecked(applicant);
      applicant.deleted = presence === 'deactivated';
    },
    remove: (applicant) => void all.splice(all.indexOf(applicant), 1),
  };
}

/** The answer of "Get applicant review status". */
export function reviewBody(applicant: EmulatedApplicant): Record<string, unknown> {
  return {
    reviewId: applicant.inspectionId.slice(0, 5),
    attemptId: applicant.history[0]?.attemptId ?? applicant.id.slice(0, 5),
    attemptCnt: applicant.history.length,
    levelName: applicant.levelName,
    levelAutoCheckMode: null,
    createDate: secondsText(applicant.createdAtMs),
    ...(applicant.reviewedAtMs === null ? {} : { reviewDate: secondsText(applicant.reviewedAtMs) }),
    ...(applicant.reviewResult ? { reviewResult: applicant.reviewResult } : {}),
    reviewStatus: applicant.reviewStatus,
    priority: 0,
  };
}

/** The answer of "Get applicant data". */
export function applicantBody(applicant: EmulatedApplicant): Record<string, unknown> {
  return {
    id: applicant.id,
    createdAt: secondsText(applicant.createdAtMs).slice(0, 19),
    clientId: 'emulator',
    inspectionId: applicant.inspectionId,
    externalUserId: applicant.externalUserId,
    lang: applicant.lang,
    type: 'individual',
    ...(applicant.deleted ? { deleted: true } : {}),
    metadata: applicant.metadata,
    ...(applicant.person ? { info: infoBody(applicant.person) } : {}),
    requiredIdDocs: {
      docSets: [{ idDocSetType: 'IDENTITY', types: ['PASSPORT', 'ID_CARD', 'DRIVERS'], videoRequired: 'disabled' }],
    },
    review: reviewBody(applicant),
  };
}

function infoBody({ name, born, country, validUntil, documentNumber }: EmulatedPerson): Record<string, unknown> {
  const words = name.trim().split(/\s+/);
  const names = {
    firstName: words.slice(0, -1).join(' ') || words[0],
    ...(words[1] ? { lastName: words.at(-1) } : {}),
  };
  const three = country === undefined ? undefined : countryAlpha3(country);
  return {
    ...names,
    firstNameEn: names.firstName,
    ...(names.lastName ? { lastNameEn: names.lastName } : {}),
    ...(born === undefined ? {} : { dob: born }),
    ...(three === undefined ? {} : { country: three, nationality: three }),
    idDocs: [
      {
        idDocType: 'ID_CARD',
        ...(three === undefined ? {} : { country: three }),
        ...(validUntil === undefined ? {} : { validUntil }),
        ...(documentNumber === undefined ? {} : { number: documentNumber }),
        ...names,
      },
    ],
  };
}

/** `2026-02-19 13:13:19+0000`. */
export function secondsText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}+0000`;
}

/** `2026-02-19 13:13:19.411`, in UTC although nothing says so. */
export function millisecondsText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 23).replace('T', ' ');
}
