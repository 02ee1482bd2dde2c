import type { CommandResult, OrderFile } from '@rielrails/orders';
import { FIRST_OPERATOR, SECOND_OPERATOR } from './operators.ts';
import type { Play } from './play.ts';
import { ruleOf } from './refused.ts';

/** A case, as the file of its order lists it. */
export type Case = OrderFile['cases'][number];

/** The one case of an order that a rule opened. */
export async function onlyCase(play: Play, id: OrderFile['order']['id'], rule: string): Promise<Case> {
  const { cases } = await play.file(id);
  const [found] = cases.filter((one) => one.rule === rule);
  if (!found || cases.length !== 1) throw new Error(`expected one case, about ${rule}`);
  return found;
}

/** Something that was written in a case. */
export interface Written {
  readonly kind: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly text: string | null;
}

/** What a case says, opened by the first operator. */
export async function writtenIn(play: Play, { id }: Case): Promise<readonly Written[]> {
  return (await play.admin<{ readonly written: readonly Written[] }>('caseFile', id, FIRST_OPERATOR)).written;
}

/** One person proposes, and cannot approve alone; the second does. */
export async function decideByTwo(play: Play, { id }: Case, decision: string, reason: string): Promise<void> {
  const result = await play.admin<CommandResult>('decideCase', id, decision, reason, FIRST_OPERATOR);
  play.check('one-person-decides-nothing', result.outcome === 'proposed');
  if (result.outcome !== 'proposed') return;
  const { id: proposal, payloadHash } = result.proposal;
  const alone = await ruleOf(play.admin('approve', proposal, payloadHash, FIRST_OPERATOR));
  play.check('nobody-approves-alone', alone === 'same-person');
  await play.admin('approve', proposal, payloadHash, SECOND_OPERATOR);
}
