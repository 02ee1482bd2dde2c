/** Which rule a descriptor breaks. */
export type DescriptorRule =
  /** Longer than 4,096 characters. */
  | 'too-long'
  /** A character outside the set of BIP380. */
  | 'character'
  /** There is no checksum, and one is wanted. */
  | 'checksum-missing'
  /** What follows `#` is not eight characters of the checksum's alphabet. */
  | 'checksum-form'
  /** The checksum is of another text: something was changed or mistyped. */
  | 'checksum'
  /** A function that exists in descriptors and that this wallet does not hold coins with. */
  | 'unsupported-function'
  /** A function that does not exist. */
  | 'unknown-function'
  /** A `tr` with scripts beside its key. */
  | 'script-tree'
  /** A bracket, comma or end is missing or too much. */
  | 'syntax'
  /** The part in square brackets is not a fingerprint and a path. */
  | 'key-origin'
  /** Not a key that can be read: its length, checksum, version or point is wrong. */
  | 'key'
  /** A private key. */
  | 'private-key'
  /** An uncompressed key, which segwit does not allow (BIP143). */
  | 'uncompressed-key'
  /** `zpub`, `vpub` and their like (SLIP-132). */
  | 'key-prefix'
  /** A key of another network. */
  | 'other-network'
  /** A step is not a whole number below 2^31. */
  | 'path'
  /** A hardened step below a public key. */
  | 'hardened-step'
  /** `<…>` is not a list of different numbers, occurs twice in one key, or differs in length between keys. */
  | 'multipath'
  /** Below 1 or above the number of keys. */
  | 'threshold'
  /** More than 15 keys. */
  | 'key-count'
  /** The same key twice. */
  | 'duplicate-key'
  /** The descriptor names keys that do not end in `/*`, or mixes those that do with those that do not. */
  | 'ranged'
  /** A bare extended key does not say what locks its coins. */
  | 'which-script'
  /** An account wants `<0;1>/*` behind each key: receiving and change. */
  | 'branches';

/** What a person can do about it. */
const remedies: Readonly<Record<DescriptorRule, string>> = {
  'too-long': 'is longer than 4,096 characters',
  character: 'holds a character that descriptors do not know; copy it again',
  'checksum-missing': 'has no checksum; copy it with the eight characters behind "#"',
  'checksum-form': 'expected eight characters of the checksum behind "#"; copy it again',
  checksum: 'the checksum does not fit; something was changed or mistyped: copy it again',
  'unsupported-function': 'is not supported; use wpkh(KEY), tr(KEY) or wsh(sortedmulti(NUM,KEY,KEY,…))',
  'unknown-function': 'expected wpkh(KEY), tr(KEY) or wsh(sortedmulti(NUM,KEY,KEY,…))',
  'script-tree': 'tr() with scripts is not supported; use tr(KEY)',
  syntax: 'expected another bracket, comma or the end',
  'key-origin': 'expected [fingerprint/path] of eight hexadecimal digits and steps like /84h',
  key: 'the key cannot be read; copy it again',
  'private-key': 'holds a private key; give the public one, and consider this key as told',
  'uncompressed-key': 'an uncompressed key cannot be used here; give the compressed one',
  'key-prefix': 'write the key as xpub or tpub; the function says what it is for',
  'other-network': 'the key is of another network; xpub is for bitcoin, tpub for the test networks',
  path: 'expected a whole number below 2147483648',
  'hardened-step': 'a public key has no hardened children; export the key from below that step',
  multipath: 'expected different numbers like <0;1>, once in a key, equally many in every key',
  threshold: 'expected a number of signatures from 1 to the number of keys',
  'key-count': 'expected at most 15 keys',
  'duplicate-key': 'holds the same key twice',
  ranged: 'expected every key to end in /*',
  'which-script': 'a bare key does not say which addresses it is for; write wpkh(KEY/0/*) or tr(KEY/0/*)',
  branches: 'expected <0;1>/* behind every key: receiving addresses, and change',
};

/** A descriptor that cannot be used. The message names place, rule and remedy, and never repeats the text. */
export class DescriptorError extends RangeError {
  readonly rule: DescriptorRule;
  /** Counted from 0; `null` when the descriptor as a whole is meant. */
  readonly position: number | null;

  constructor(rule: DescriptorRule, position: number | null, subject = '') {
    const place = position === null ? '' : `at character ${position + 1}: `;
    super(`descriptor: ${place}${subject === '' ? '' : `${subject} `}${remedies[rule]}`);
    this.name = 'DescriptorError';
    this.rule = rule;
    this.position = position;
  }
}
