import { Secret, utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { signatureOf } from './emulator/notices.ts';
import { isSignatureOf } from './signature.ts';

// Published in the vendor's clients: onfido-node, test/classic- and test/studio-webhook-event-verifier.test.ts.
const vectors = [
  {
    token: '_ABC123abc123ABC123abc123ABC123_',
    body: '{"payload":{"resource_type":"check","action":"check.completed","object":{"id":"check-123","status":"complete","completed_at_iso8601":"2020-01-01T00:00:00Z","href":"https://api.onfido.com/v3/checks/check-123"}}}',
    signature: 'a0082d7481f9f0a2907583dbe1f344d6d4c0d9989df2fd804f98479f60cd760e',
  },
  {
    token: 'YKOC6mkBxi6yK2zlUIrLMvsJMFEZObP5',
    body: '{"payload":{"resource_type":"workflow_task","action":"workflow_task.started","object":{"id":"profile_1eb92","task_spec_id":"profile_1eb92","task_def_id":"profile_data","workflow_run_id":"bc77c6e5-753a-4580-96a6-aaed3e5a8d19","status":"started","started_at_iso8601":"2024-07-10T12:49:09Z","href":"https://api.eu.onfido.com/v3.6/workflow_runs/bc77c6e5-753a-4580-96a6-aaed3e5a8d19/tasks/profile_1eb92"},"resource":{"created_at":"2024-07-10T12:49:09Z","id":"profile_1eb92","workflow_run_id":"bc77c6e5-753a-4580-96a6-aaed3e5a8d19","updated_at":"2024-07-10T12:49:09Z","input":{},"task_def_version":null,"task_def_id":"profile_data","output":null}}}',
    signature: 'c95a5b785484f6fa1bc25f381b5595d66bf85cb442eefb06aa007802ee6a4dfa',
  },
];

test.each(vectors)('$signature is the signature', ({ token, body, signature }) => {
  const secret = new Secret(token);
  expect(signatureOf(body, token)).toBe(signature);
  expect(isSignatureOf(utf8(body), signature, [new Secret('newer'), secret])).toBe(true);
  expect(isSignatureOf(utf8(body), signature.toUpperCase(), [secret])).toBe(true);
  expect(isSignatureOf(utf8(`${body} `), signature, [secret])).toBe(false);
  expect(isSignatureOf(utf8(body), signature, [new Secret('other')])).toBe(false);
  for (const wrong of ['', 'zz', signature.slice(2), `${signature}00`, ` ${signature}`])
    expect(isSignatureOf(utf8(body), wrong, [secret])).toBe(false);
});
