import type { Clock, Random } from '@rielrails/kit';
import { equalInConstantTime, fromUtf8, hmac, toBase64, toHex, utf8 } from '@rielrails/kit';

const LIFE_SECONDS = 90 * 24 * 60 * 60;

/** The desk that issues tokens: JWTs with HS256 that live exactly 90 days. */
export interface TokenDesk {
  issue(): string;
  /** The holder's id of a valid token; `null` for any other text. */
  read(token: string): string | null;
}

/** Opens a desk with a key of its own. */
export function createTokenDesk({ clock, random }: { readonly clock: Clock; readonly random: Random }): TokenDesk {
  const key = toHex(random.bytes(32));
  const sign = (text: string) => base64url(hmac('sha256', key, text));
  const seconds = () => Math.floor(clock.now() / 1000);
  return {
    issue() {
      const iat = seconds();
      const claims = { data: { id: toHex(random.bytes(8)) }, iat, exp: iat + LIFE_SECONDS };
      const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
        .map((part) => base64url(utf8(JSON.stringify(part))))
        .join('.');
      return `${text}.${sign(text)}`;
    },
    read(token) {
      const [header = '', payload = '', signature = '', ...rest] = token.split('.');
      if (rest.length > 0 || !equalInConstantTime(signature, sign(`${header}.${payload}`))) return null;
      const text = fromUtf8(new Uint8Array(Buffer.from(payload, 'base64url')));
      const { data, exp } = JSON.parse(text) as { readonly data: { readonly id: string }; readonly exp: number };
      return exp > seconds() ? data.id : null;
    },
  };
}

function base64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
