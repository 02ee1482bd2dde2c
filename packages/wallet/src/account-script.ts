/** What locks the coins of an account: a single key (BIP84), a taproot key (BIP86), or some of several keys (BIP67). */
export type AccountScript =
  | { readonly type: 'p2wpkh' }
  | { readonly type: 'p2tr' }
  | {
      readonly type: 'p2wsh';
      /** How many signatures a spend takes. */
      readonly threshold: number;
      readonly keyCount: number;
    };

/** The length of the output script that pays such an account, in bytes. */
export function outputScriptLength({ type }: AccountScript): number {
  return type === 'p2wpkh' ? 22 : 34;
}
