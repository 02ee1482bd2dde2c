import { ProviderError } from '@rielrails/core';
import type { SignerRefusal } from './protocol.ts';

/** What a refusal means for the caller, and what a person can do about it. */
const refusals: Readonly<Record<SignerRefusal, readonly ['invalid' | 'declined' | 'duplicate' | 'config', string]>> = {
  malformed: [
    'invalid',
    'the PSBT is not of the form that the signer reads; import what was handed out, and run wallet and signer of one release',
  ],
  frozen: ['declined', 'the freeze file exists; remove it when the reason is gone'],
  'log-disagrees': ['config', "the signer's log and the wallet's store disagree; reconcile before sending"],
  binding: [
    'invalid',
    'the seal does not fit the address and the reference; find out who changed the order since it was confirmed, or give wallet and signer the same binding key',
  ],
  amount: [
    'invalid',
    'the amount lies outside of what was confirmed, or is dust; send what was confirmed, or have another amount confirmed',
  ],
  'payment-output': [
    'invalid',
    'the transaction does not pay this amount to this address exactly once; look for who changed it, and plan it again',
  ],
  'foreign-input': ['invalid', 'an input is not of the signer’s account; compare the descriptors'],
  'foreign-output': [
    'invalid',
    'an output is neither the payment nor ours; list it in ownDescriptors where it should be',
  ],
  'already-signed': ['duplicate', 'this reference was signed before; look it up, and send nothing else for it'],
  'second-anchor': ['duplicate', 'this reference was signed before with other coins; release their anchor first'],
  'nothing-signed': [
    'invalid',
    'nothing was signed or handed out under this reference; correct the reference, or send first',
  ],
  'not-a-replacement': [
    'invalid',
    'a replacement pays more, and may change the change output only; look up what was signed last, and pay more than that',
  ],
  fee: [
    'declined',
    'the fee or its rate is above its cap; wait for lower fees, or raise maximumFeeSats or maximumSatPerVbyte in the signer’s policy',
  ],
  velocity: [
    'declined',
    'more would leave in this hour or day than is allowed; try again later, or raise maximumSatsPerHour or maximumSatsPerDay in the signer’s policy',
  ],
  'psbt-version': ['invalid', 'a PSBT of version 2 is not read; export it as version 0'],
  'changed-transaction': ['invalid', 'version or lock time was changed; sign what was handed out'],
  'changed-inputs': ['invalid', 'the inputs were changed; sign what was handed out'],
  'changed-sequence': ['invalid', 'a sequence was changed; sign what was handed out'],
  'changed-outputs': ['invalid', 'the outputs were changed; sign what was handed out'],
  'changed-amounts': ['invalid', 'the amounts were changed; sign what was handed out'],
  signature: [
    'invalid',
    'a signature is missing, wrong, or of another key; sign with a key of the descriptor, hash type ALL',
  ],
  'no-operators': ['declined', 'nobody may release an anchor; name two people in policy.release.operators'],
  approval: ['invalid', 'two different operators must sign this very release; have each sign the release text again'],
  'not-a-conflict': [
    'invalid',
    'the transaction does not spend the anchor, or is one of our own; give the one that spent it',
  ],
  'already-paid': [
    'invalid',
    'the transaction that spent the anchor pays the customer; take it for the delivery, and release nothing',
  ],
  proof: [
    'invalid',
    'the blocks do not prove that the anchor was spent deep enough; give the headers of more blocks, as the node tells them',
  ],
};

/** A signer's refusal as a fault. `duplicate` is unknown: something was signed before. */
export function refusalFault(code: SignerRefusal): ProviderError {
  const [kind, remedy] = refusals[code];
  const fault = { provider: 'wallet', message: `wallet: the signer refuses (${code}): ${remedy}` };
  switch (kind) {
    case 'declined':
      return new ProviderError({ ...fault, kind, reason: code });
    case 'duplicate':
      return new ProviderError({ ...fault, kind: 'unknown', reason: 'duplicate', providerCode: code });
    case 'invalid':
    case 'config':
      return new ProviderError({ ...fault, kind, providerCode: code });
  }
}
