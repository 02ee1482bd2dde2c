import { countryAlpha3 } from '@rielrails/kit';

/** What lists call countries beside the names that everybody knows. */
const others: Readonly<Record<string, string>> = {
  KP: 'korea north;north korea;democratic peoples republic of korea;dprk',
  KR: 'korea south;south korea;republic of korea;korea republic of',
  MM: 'burma;myanmar',
  CD: 'congo democratic republic of the;democratic republic of the congo;drc;congo kinshasa',
  CG: 'congo;congo republic of the;republic of the congo;congo brazzaville',
  RU: 'russian federation;russia;ussr;soviet union',
  SY: 'syrian arab republic',
  IR: 'iran islamic republic of;islamic republic of iran',
  US: 'united states of america;usa;united states',
  GB: 'united kingdom of great britain and northern ireland;great britain;uk;england;scotland;wales;northern ireland',
  TR: 'turkey;turkiye',
  PS: 'west bank;gaza;palestine;palestinian;state of palestine;palestinian territories;occupied palestinian territory;region gaza',
  CI: 'ivory coast;cote divoire',
  LA: 'lao peoples democratic republic;lao pdr',
  VN: 'viet nam',
  TZ: 'united republic of tanzania;tanzania united republic of',
  BO: 'bolivia plurinational state of',
  VE: 'venezuela bolivarian republic of;bolivarian republic of venezuela',
  MD: 'republic of moldova;moldova republic of',
  LY: 'libyan arab jamahiriya',
  CZ: 'czech republic',
  SZ: 'swaziland',
  MK: 'macedonia;north macedonia;the former yugoslav republic of macedonia;macedonia the former yugoslav republic of',
  HK: 'hong kong',
  MO: 'macau;macao',
  BA: 'bosnia and herzegovina;bosnia',
  VA: 'vatican;holy see',
  TL: 'east timor;timor leste',
  CV: 'cape verde',
  BN: 'brunei darussalam',
  KH: 'kingdom of cambodia',
  TW: 'taiwan province of china;chinese taipei',
  CN: 'peoples republic of china;china mainland',
  FM: 'federated states of micronesia;micronesia federated states of',
  NL: 'the netherlands;holland',
  GM: 'the gambia',
  BS: 'the bahamas;bahamas the',
  SS: 'south sudan republic of;republic of south sudan',
  AE: 'uae',
};

let codes: ReadonlyMap<string, string> | undefined;

/** The ISO 3166-1 alpha-2 code of a country as lists write it, or none: `Korea, North` is `KP`. */
export function countryCode(name: string): string | undefined {
  codes ??= readCodes();
  const plain = plainName(name);
  return codes.get(plain) ?? codes.get(plain.replace(/^(?:the|republic of) /, ''));
}

/** The codes of those names that are known, each once. */
export function countryCodes(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => countryCode(name) ?? []))];
}

function readCodes(): ReadonlyMap<string, string> {
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const found = new Map<string, string>();
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  for (const code of letters.flatMap((one) => letters.map((other) => one + other))) {
    const name = countryAlpha3(code) === undefined ? undefined : english.of(code);
    if (name !== undefined) found.set(plainName(name), code);
    found.set(code.toLowerCase(), code);
  }
  for (const [code, names] of Object.entries(others)) for (const name of names.split(';')) found.set(name, code);
  return found;
}

function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}|['’.]/gu, '')
    .toLowerCase()
    .replaceAll(/\([^)]*\)/g, ' ')
    .replaceAll('&', ' and ')
    .replaceAll(/[^a-z]+/g, ' ')
    .trim();
}
