import { createTransport, fromBase64, member, parseJson, stringifyJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { playOperators } from '../launcher/play-operators.ts';
import type { Sandbox } from '../launcher/sandbox.ts';

/** A case as the operators' door lists it. */
export interface ListedReview {
  readonly review: string;
  readonly state: string;
}

/** What two of the shop's people do about verifications, through the operators' own door. */
export interface ReviewDesk {
  /** Every case that was ever handed in. */
  all(): Promise<readonly ListedReview[]>;
  /** The first reads the documents and proposes; is refused as the second; the second confirms. */
  approve(review: string, name: string): Promise<void>;
  /** Wants better pictures. */
  askAgain(review: string): Promise<void>;
}

/** Opens the door of a sandbox that has operators. */
export function openReviewDesk({ adminUrl }: Sandbox): ReviewDesk {
  if (adminUrl === null) throw new Error('this sandbox has no operators');
  const fetch = createTransport({ loopbackPorts: [Number(new URL(adminUrl).port)] });
  const [first, second] = playOperators;

  async function say(token: string, command: string, input?: object): Promise<Json> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = input === undefined ? {} : { method: 'POST', body: JSON.stringify(input) };
    const response = await fetch(new Request(new URL(`api/${command}`, adminUrl ?? ''), { headers, ...body }), {});
    const answer = parseJson(await response.text());
    if (!response.ok) throw new Error(`the door refused ${command}: ${JSON.stringify(answer)}`);
    return answer;
  }

  const seenOf = async (review: string) => textIn(await say(first.token, `review?review=${review}`), 'seen');

  return {
    async all() {
      const lists = await Promise.all(
        ['waiting', 'decided'].map((filter) => say(first.token, `reviews?filter=${filter}`)),
      );
      return lists.flat() as unknown as readonly ListedReview[];
    },
    async approve(review, name) {
      const read = { name, born: '1990-01-01', country: 'KH', documentNumber: `P${review.slice(0, 9)}` };
      const proposed = await say(first.token, 'review-approve', { review, seen: await seenOf(review), ...read });
      const hash = textIn(proposed, 'hash');
      const alone = await say(first.token, 'review-confirm', { review, hash }).then(
        () => true,
        () => false,
      );
      if (alone) throw new Error('one person approved alone');
      await say(second.token, 'review-confirm', { review, hash });
    },
    async askAgain(review) {
      await say(first.token, 'review-retry', { review, seen: await seenOf(review), reason: 'document-unreadable' });
    },
  };
}

/** A text or a number of an answer, as text. */
function textIn(answer: Json, name: string): string {
  const value = member(answer, name);
  return typeof value === 'string' ? value : stringifyJson(value ?? null);
}

/** One white dot: nobody decodes it here, and a browser shows it. */
const PICTURE = fromBase64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
);

/** Fills in the upload page behind a link, and sends it. */
export async function handIn({ ready }: Sandbox, link: string, name: string): Promise<void> {
  const { host, pathname, search } = new URL(link);
  const world = new URL(ready.url);
  const form = new FormData();
  const typed = { name, khmerName: '', born: '1990-01-01', country: 'KH', document: 'national-id' };
  for (const [field, value] of Object.entries(typed)) form.set(field, value);
  for (const side of ['front', 'back', 'selfie'])
    form.set(side, new File([PICTURE], `${side}.png`, { type: 'image/png' }));
  const fetch = createTransport({ loopbackPorts: [Number(world.port)] });
  const url = new URL(`/host/${host}${pathname}${search}`, world);
  const answer = await fetch(new Request(url, { method: 'POST', body: form }), {});
  if (answer.status !== 303) throw new Error(`the upload page did not take it: ${answer.status}`);
}
