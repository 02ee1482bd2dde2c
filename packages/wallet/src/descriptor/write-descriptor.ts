import { toHex } from '@rielrails/kit/offline';
import { descriptorChecksum } from './checksum.ts';
import { keysOf } from './descriptor.ts';
import type { Descriptor, DescriptorKey } from './descriptor.ts';

/** Writes a descriptor with its checksum, hardened steps with `h`. Equal descriptors give equal text. */
export function writeDescriptor(descriptor: Descriptor): string {
  const keys = keysOf(descriptor).map(writeKey).join(',');
  const body =
    descriptor.type === 'wsh' ? `wsh(sortedmulti(${descriptor.threshold},${keys}))` : `${descriptor.type}(${keys})`;
  return `${body}#${descriptorChecksum(body)}`;
}

function writeKey(key: DescriptorKey): string {
  const path = key.origin && key.origin.path !== '' ? `/${key.origin.path.replaceAll("'", 'h')}` : '';
  const origin = key.origin ? `[${key.origin.fingerprint}${path}]` : '';
  if (key.type === 'single') return `${origin}${toHex(key.publicKey)}`;
  const steps = key.steps.map((step) => (typeof step === 'number' ? `/${step}` : `/<${step.join(';')}>`)).join('');
  return `${origin}${key.text}${steps}${key.ranged ? '/*' : ''}`;
}
