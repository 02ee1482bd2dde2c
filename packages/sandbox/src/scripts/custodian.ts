import type { Play } from './play.ts';

/** What Coinbase Prime and BitGo call a withdrawal for which their people are asked. */
const ASKED: ReadonlySet<string> = new Set(['TRANSACTION_REQUESTED', 'TRANSACTION_CREATED', 'pendingApproval']);

/** Waits until a custodian asks its people: later than the order says that it is being sent. */
export async function untilPeopleAreAsked(play: Play): Promise<void> {
  await play.until('it waits at the custodian', async () =>
    (await play.custodian()).some(({ status }) => ASKED.has(status)),
  );
}
