import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { invalidFields } from './answers.ts';

/** The page that a request asks for; the first by default. */
export function readPage<T>({ url }: EmulatedRequest, all: readonly T[], size: number): readonly T[] {
  const page = wholeOf(url, 'page', 1, 1_000_000);
  const perPage = url.searchParams.has('per_page') ? wholeOf(url, 'per_page', size, 500) : size;
  return all.slice((page - 1) * perPage, page * perPage);
}

function wholeOf(url: URL, name: string, otherwise: number, most: number): number {
  const text = url.searchParams.get(name) ?? String(otherwise);
  const number = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw invalidFields({ [name]: ['is out of range'] });
  return number;
}
