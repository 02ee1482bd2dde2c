import type { CommandResult, OrderFile } from '@rielrails/orders';
import type { Play } from './play.ts';

/** Who works in the sandbox's shop. */
export const FIRST_OPERATOR = 'first-operator';
export const SECOND_OPERATOR = 'second-operator';

/** Two people do what one may not do alone: the first proposes, the second approves. */
export async function byTwo(play: Play, command: string, ...args: readonly unknown[]): Promise<void> {
  const result = await play.admin<CommandResult>(command, ...args, FIRST_OPERATOR);
  if (result.outcome === 'done') return;
  const { id, payloadHash } = result.proposal;
  await play.admin('approve', id, payloadHash, SECOND_OPERATOR);
}

/** Two people send back by hand what is owed, one bank transfer for each debt. */
export async function refundByHand(play: Play, id: OrderFile['order']['id']): Promise<void> {
  const { refundTasks } = (await play.file(id)).order;
  for (const [index, task] of refundTasks.entries())
    if (task.status === 'open')
      await byTwo(play, 'refundTaskDone', id, task.id, `FT26325${String(index).padStart(3, '0')}`);
}
