import { equalInConstantTime } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { Refusal } from './answers.ts';

/** Throws the refusal of a call that may not pass. */
export type Guard = (request: EmulatedRequest) => void;

/** Looks at the token, then at the rate. `@onfido/api` 6.2.0, "Configuration"; documentation, "Rate limits". */
export function createGuard(apiToken: string, requestsPerMinute: number, clock: Clock): Guard {
  let calls: readonly number[] = [];
  return ({ headers }) => {
    const [, token = ''] = /^Token token=(\S+)$/.exec(headers.get('authorization') ?? '') ?? [];
    if (!equalInConstantTime(token, apiToken)) {
      throw new Refusal(401, 'authorization_error', 'The API token is not valid');
    }
    const now = clock.now();
    calls = calls.filter((at) => at > now - 60_000);
    if (calls.length >= requestsPerMinute) throw tooFast();
    calls = [...calls, now];
  };
}

/** The answer to too many calls. Assumed: its type. */
export function tooFast(): Refusal {
  return new Refusal(429, 'rate_limit', 'Too many requests');
}
