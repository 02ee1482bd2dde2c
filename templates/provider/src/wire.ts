import type { Payment, ProviderError } from '@rielrails/core';
import { createVocabulary, faultOfCode, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json, Log, Vocabulary } from '@rielrails/kit';
import { hole } from './hole.ts';

export const PROVIDER = 'acme';

/** What each of ACME's error codes means. One that is not here leaves a write unknown, which is safe. */
const codes: CodeTable = {
  BAD_SIGNATURE: ['config', 'the merchant or the signature is not known'],
  INVALID_FIELD: ['invalid', 'a field was refused'],
  DUPLICATE: ['duplicate', 'this reference was used before'],
  NO_ROUTE: ['config', 'no such route: to be written in src/emulator/emulator.ts'],
};

/** `null`: an answer that the documents do not explain. */
export function explain(_status: number, body: string): ProviderError | null {
  const code = member(tryJson(body), 'error', 'code');
  return typeof code === 'string' ? faultOfCode(PROVIDER, 'call', code, codes) : null;
}

type Status = Exclude<Payment['status'], 'failed'>;

/** ACME's status words. An unfamiliar one is neither success nor failure. */
export function statusWords(log: Log): Vocabulary<Status> {
  const words: Readonly<Record<string, Status>> = { OPEN: 'awaiting-payer' };
  return createVocabulary<Status>({ provider: PROVIDER, words, otherwise: 'processing', log });
}

/** Reads a payment. Throws for anything else, which leaves a write unknown. */
export function readPayment(_json: Json | undefined, _statuses: Vocabulary<Status>): Payment {
  return hole('wire.ts', 'readPayment: a zod schema of what ACME answers, and a Payment out of it, receipts untouched');
}
