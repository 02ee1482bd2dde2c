import { jsonResponse } from '@rielrails/kit/emulator';

/** An answer that says no, in the form of "API error messages": status 200 and words. */
export class Refused extends Error {
  toResponse(): Response {
    return jsonResponse({ error: [this.message] });
  }
}

/** The arguments are refused; the name of one of them may follow. */
export function invalidArguments(name?: string): Refused {
  return new Refused(name === undefined ? 'EGeneral:Invalid arguments' : `EGeneral:Invalid arguments:${name}`);
}
