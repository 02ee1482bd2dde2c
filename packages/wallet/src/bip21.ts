import { MAX_SUPPLY_SATS } from './supply.ts';

/** What a `bitcoin:` URI asks for. The address is not checked yet: pass it to `checkAddress`. */
export interface BitcoinUri {
  readonly address: string;
  /** The `amount` parameter in satoshi; absent when the payer decides. */
  readonly sats?: bigint;
  readonly label?: string;
  readonly message?: string;
}

/** Why a text is not a `bitcoin:` URI that we can pay. */
export type BitcoinUriProblem =
  /** Not of the form `bitcoin:ADDRESS?name=value&…`, or a parameter that counts occurs twice. */
  | 'malformed'
  /** Longer than 2,048 characters. */
  | 'too-long'
  /** The amount is not a decimal of bitcoin above zero with at most eight places. */
  | 'amount'
  /** A `req-…` parameter asks for something that we do not do. */
  | 'required-parameter'
  /** A Lightning invoice, address or URI. */
  | 'lightning'
  /** The URI of another coin. */
  | 'other-coin';

/** How a reading ended. */
export type BitcoinUriReading =
  | { readonly outcome: 'valid'; readonly uri: BitcoinUri }
  | { readonly outcome: 'refused'; readonly problem: BitcoinUriProblem };

const MAX_LENGTH = 2048;
const OTHER_COINS =
  /^(?:bitcoincash|bchtest|litecoin|dogecoin|dash|zcash|monero|ethereum|tron|solana|ton|ripple|liquidnetwork|bitcoin-cash|bitcoinsv):/i;

/**
 * Reads a payment URI strictly by BIP21.
 *
 * A plain address is a valid URI without parameters, so that one reader serves what people paste. Unfamiliar parameters
 * are ignored as the BIP wants, `req-` parameters are refused. A `lightning` parameter beside an on-chain address is
 * ignored: the address stands.
 */
export function readBitcoinUri(text: string): BitcoinUriReading {
  const refused = (problem: BitcoinUriProblem): BitcoinUriReading => ({ outcome: 'refused', problem });
  if (text.length > MAX_LENGTH) return refused('too-long');
  const trimmed = text.trim();
  if (/^(?:lightning:|lnurl[a-z0-9]*[:1]|ln(?:bc|tb|bcrt)[0-9a-z]|lno1)/i.test(trimmed) || trimmed.includes('@')) {
    return refused('lightning');
  }
  if (OTHER_COINS.test(trimmed)) return refused('other-coin');
  const match = /^(?:bitcoin:)?([0-9A-Za-z]+)(?:\?(.*))?$/i.exec(trimmed);
  const [, address, query] = match ?? [];
  if (address === undefined) {
    return refused(/^bitcoin:\?(?:.*&)?(?:lightning|lno)=/i.test(trimmed) ? 'lightning' : 'malformed');
  }
  const parameters = readQuery(query ?? '');
  if (!parameters) return refused('malformed');
  if ([...parameters.keys()].some((name) => name.startsWith('req-'))) return refused('required-parameter');
  const amount = parameters.get('amount');
  const sats = amount === undefined ? undefined : readAmount(amount);
  if (sats === null) return refused('amount');
  const label = parameters.get('label');
  const message = parameters.get('message');
  return {
    outcome: 'valid',
    uri: {
      address,
      ...(sats === undefined ? {} : { sats }),
      ...(label === undefined ? {} : { label }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

/** The parameters by lower-case name; `null` when one is malformed or occurs twice: two amounts are no amount. */
function readQuery(query: string): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  for (const part of query === '' ? [] : query.split('&')) {
    const match = /^([^=]+)=(.*)$/.exec(part);
    if (!match) return null;
    try {
      const name = decodeURIComponent(match[1] ?? '').toLowerCase();
      if (parameters.has(name)) return null;
      parameters.set(name, decodeURIComponent(match[2] ?? ''));
    } catch {
      return null;
    }
  }
  return parameters;
}

function readAmount(text: string): bigint | null {
  const match = /^([0-9]{1,8})(?:\.([0-9]{1,8}))?$/.exec(text);
  if (!match) return null;
  const sats = BigInt(match[1] ?? '') * 100_000_000n + BigInt((match[2] ?? '').padEnd(8, '0'));
  return sats > 0n && sats <= MAX_SUPPLY_SATS ? sats : null;
}
