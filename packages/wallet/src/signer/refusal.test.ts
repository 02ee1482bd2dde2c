import { expect, it } from 'vitest';
import type { SignerRefusal } from './protocol.ts';
import { refusalFault } from './refusal.ts';

/** What a person can do about each. */
const remedies: Readonly<Record<SignerRefusal, string>> = {
  malformed: 'import what was handed out',
  frozen: 'remove it when the reason is gone',
  'log-disagrees': 'reconcile before sending',
  binding: 'who changed the order since it was confirmed',
  amount: 'send what was confirmed',
  'payment-output': 'look for who changed it',
  'foreign-input': 'compare the descriptors',
  'foreign-output': 'list it in ownDescriptors',
  'already-signed': 'look it up',
  'second-anchor': 'release their anchor first',
  'nothing-signed': 'correct the reference',
  'not-a-replacement': 'pay more than that',
  fee: 'raise maximumFeeSats or maximumSatPerVbyte',
  velocity: 'raise maximumSatsPerHour or maximumSatsPerDay',
  'psbt-version': 'export it as version 0',
  'changed-transaction': 'sign what was handed out',
  'changed-inputs': 'sign what was handed out',
  'changed-sequence': 'sign what was handed out',
  'changed-outputs': 'sign what was handed out',
  'changed-amounts': 'sign what was handed out',
  signature: 'sign with a key of the descriptor',
  'no-operators': 'name two people',
  approval: 'have each sign the release text again',
  'not-a-conflict': 'give the one that spent it',
  'already-paid': 'release nothing',
  proof: 'headers of more blocks',
};

it.each(Object.entries(remedies) as [SignerRefusal, string][])(
  '%s is told with the reason, and then: %s',
  (code, remedy) => {
    const [reason = '', then = ''] = refusalFault(code).fault.message.split(';');
    expect(reason).toMatch(new RegExp(`^wallet: the signer refuses \\(${code}\\): .{20,}$`));
    expect(then).toContain(remedy);
  },
);
