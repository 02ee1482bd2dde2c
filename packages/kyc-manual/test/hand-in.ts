import type { ManualCase, ManualKyc } from '@rielrails/kyc-manual';

/** The first bytes of a PNG, and nothing that a viewer could show: nobody decodes it here. */
export const PNG: Uint8Array<ArrayBuffer> = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

/** What a person fills in. */
export function form(changes: Readonly<Record<string, string | Uint8Array<ArrayBuffer> | null>> = {}): FormData {
  const fields = {
    name: 'SOK Dara',
    khmerName: 'សុខ ដារ៉ា',
    born: '1990-04-17',
    country: 'KH',
    document: 'national-id',
    front: PNG,
    back: PNG,
    selfie: PNG,
    ...changes,
  };
  const filled = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) continue;
    if (typeof value === 'string') filled.set(name, value);
    else filled.set(name, new File([value], `${name}.png`, { type: 'image/png' }));
  }
  return filled;
}

/** Opens the link of a case again and hands in. */
export async function handIn(
  kyc: ManualKyc,
  { reference, person, level, language }: Pick<ManualCase, 'reference' | 'person' | 'level' | 'language'>,
  filled: FormData = form(),
): Promise<Response> {
  const attempt = await kyc.start({ reference, person, level, language });
  if (attempt.outcome !== 'applied') throw new Error('the case has no link');
  const answer = await kyc.handle(await posted(attempt.value.url, filled));
  if (!answer) throw new Error('the page is nobody’s');
  return answer;
}

/** A form as a browser sends it. */
export async function posted(url: string, filled: FormData): Promise<Request> {
  const written = new Response(filled);
  const headers = { 'content-type': written.headers.get('content-type') ?? '' };
  return new Request(url, { method: 'POST', headers, body: await written.arrayBuffer() });
}
