/** Where a key comes from: the fingerprint of a master key, and the path from there. */
export interface KeyOrigin {
  /** Eight lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Without `m`, hardened steps with `'`: `84'/0'/0'`; empty for the master key itself. */
  readonly path: string;
}

/** A step below an extended key, never hardened: one index, or one for each of the descriptors that `<0;1>` stands for. */
export type KeyStep = number | readonly number[];

/** A key of a descriptor (BIP380). */
export type DescriptorKey = {
  readonly origin: KeyOrigin | null;
} & (
  | {
      readonly type: 'extended';
      /** `xpub…` or `tpub…`. */
      readonly text: string;
      readonly steps: readonly KeyStep[];
      /** Whether it ends with `/*`: one key for every index. */
      readonly ranged: boolean;
    }
  | {
      readonly type: 'single';
      /** 33 bytes; inside `tr` 32 bytes where it was written so. */
      readonly publicKey: Uint8Array;
    }
);

/** What the wallet reads of output descriptors: `wpkh(KEY)`, `tr(KEY)`, `wsh(sortedmulti(NUM,KEY,…))`. */
export type Descriptor =
  | { readonly type: 'wpkh' | 'tr'; readonly key: DescriptorKey }
  | { readonly type: 'wsh'; readonly threshold: number; readonly keys: readonly DescriptorKey[] };

/** Every key of a descriptor, in its order. */
export function keysOf(descriptor: Descriptor): readonly DescriptorKey[] {
  return descriptor.type === 'wsh' ? descriptor.keys : [descriptor.key];
}

/** Into how many descriptors a key's `<0;1>` expands; `null` without one. */
export function branchCount(key: DescriptorKey): number | null {
  if (key.type === 'single') return null;
  const branches = key.steps.find((step) => typeof step !== 'number');
  return branches === undefined ? null : branches.length;
}
