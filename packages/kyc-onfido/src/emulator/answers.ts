import { jsonResponse } from '@rielrails/kit/emulator';

/** What is wrong with each field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** A "no". `@onfido/api` 6.2.0, "ModelError"; assumed: the types of errors beside those of its tests, and their words. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly fields: FieldErrors | undefined;

  constructor(status: number, type: string, message: string, fields?: FieldErrors) {
    super(message);
    this.status = status;
    this.type = type;
    this.fields = fields;
  }
}

/** Fields that break a rule. */
export function invalidFields(fields: FieldErrors): Refusal {
  return new Refusal(422, 'validation_error', 'Some fields break a rule', fields);
}

/** An object that is not there. The sentence is the one that the official client's tests expect. */
export function notFound(what: string, id: string): Refusal {
  return new Refusal(404, 'resource_not_found', `Could not find the following resource: ${what} with id=${id}`);
}

/** How a "no" is written. */
export function answerRefusal({ status, type, message, fields }: Refusal): Response {
  return jsonResponse({ error: { type, message, ...(fields ? { fields } : {}) } }, status);
}
