/**
 * The durable order engine: charged once, bought once, delivered once.
 *
 * @packageDocumentation
 */

export * from './money/index.ts';
export * from './store/index.ts';
export { openQueue } from './work/queue.ts';
export type { Claim, Job, Queue, QueueName, QueueOptions, QueueStats } from './work/queue.ts';
