import { equalInConstantTime, hmac, toBase64, utf8 } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { Refusal } from './answers.ts';
import type { CoinbasePrimeEmulatorConfig } from './options.ts';

const WINDOW_S = 30;

/** Lets a request in, or not: key, passphrase, time, signature. "Prime REST API Authentication". */
export function checkAccess(
  { headers, method, url, body }: EmulatedRequest,
  config: CoinbasePrimeEmulatorConfig,
  clock: Clock,
): void {
  const told = (name: string) => headers.get(`x-cb-access-${name}`) ?? '';
  if (told('key') !== config.accessKey || told('passphrase') !== config.passphrase) throw denied('invalid api key');
  const timestamp = told('timestamp');
  const now = Math.floor(clock.now() / 1000);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) - now) > WINDOW_S)
    throw denied('request timestamp expired');
  const message = Uint8Array.from([...utf8(`${timestamp}${method}${url.pathname}`), ...body]);
  const expected = toBase64(hmac('sha256', config.signingKey, message));
  if (!equalInConstantTime(told('signature'), expected)) throw denied('invalid signature');
}

function denied(message: string): Refusal {
  return new Refusal(401, 16, message);
}
