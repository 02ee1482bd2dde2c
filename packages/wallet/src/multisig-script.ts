/** What `OP_m KEY… OP_n OP_CHECKMULTISIG` says. */
export interface MultisigScript {
  readonly threshold: number;
  /** Compressed, in the order of the script. */
  readonly publicKeys: readonly Uint8Array[];
}

const OP_1 = 0x51;
const OP_CHECKMULTISIG = 0xae;
const KEY_LENGTH = 33;

/** Reads a multisignature script of compressed keys; `null` for any other script. */
export function readMultisigScript(script: Uint8Array): MultisigScript | null {
  const count = (script.at(-2) ?? 0) - OP_1 + 1;
  const threshold = (script[0] ?? 0) - OP_1 + 1;
  const isForm = script.length === 3 + count * (KEY_LENGTH + 1) && script.at(-1) === OP_CHECKMULTISIG;
  if (!isForm || count < 1 || count > 16 || threshold < 1 || threshold > count) return null;
  const publicKeys: Uint8Array[] = [];
  for (let at = 1; at < script.length - 2; at += KEY_LENGTH + 1) {
    const publicKey = script.subarray(at + 1, at + 1 + KEY_LENGTH);
    if (script[at] !== KEY_LENGTH || (publicKey[0] !== 2 && publicKey[0] !== 3)) return null;
    publicKeys.push(publicKey);
  }
  return { threshold, publicKeys };
}
