import { ProviderError } from '@rielrails/core';
import type { SignerRefusal } from './protocol.ts';

/** What a refusal means for the caller, and what a person can do about it. */
const refusals: Readonly<Record<SignerRefusal, readonly ['invalid' | 'declined' | 'duplicate' | 'config', string]>> = {
  malformed: ['invalid', 'the PSBT is not of the form that the signer reads'],
  frozen: ['declined', 'the freeze file exists; remove it when the reason is gone'],
  'log-disagrees': ['config', "the signer's log and the wallet's store disagree; reconcile before sending"],
  binding: [
    'invalid',
    'the seal does not fit; the address, the reference or the binding key is another one than at confirm',
  ],
  amount: ['invalid', 'the amount lies outside of what was confirmed, or is dust'],
  'payment-output': ['invalid', 'the transaction does not pay this amount to this address exactly once'],
  'foreign-input': ['invalid', 'an input is not of the signer’s account; compare the descriptors'],
  'foreign-output': [
    'invalid',
    'an output is neither the payment nor ours; list it in ownDescriptors where it should be',
  ],
  'already-signed': ['duplicate', 'this reference was signed before'],
  'second-anchor': ['duplicate', 'this reference was signed before with other coins; release their anchor first'],
  'nothing-signed': ['invalid', 'nothing was signed or handed out under this reference'],
  'not-a-replacement': ['invalid', 'a replacement may change the change output only'],
  fee: ['declined', 'the fee or its rate is above its cap'],
  velocity: ['declined', 'more would leave in this hour or day than is allowed; try again later'],
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
  'no-operators': ['declined', 'the policy names nobody who could release an anchor'],
  approval: ['invalid', 'two different operators must sign this very release'],
  'not-a-conflict': ['invalid', 'the transaction does not spend the anchor, or is one of our own'],
  'already-paid': ['invalid', 'the transaction that spent the anchor pays the customer: it is the delivery'],
  proof: ['invalid', 'the blocks do not prove that the anchor was spent deep enough'],
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
