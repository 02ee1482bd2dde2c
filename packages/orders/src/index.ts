/**
 * The durable order engine: charged once, bought once, delivered once.
 *
 * @packageDocumentation
 */

export * from './money/index.ts';
export * from './store/index.ts';
