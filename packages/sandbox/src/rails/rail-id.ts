/** The ways of paying that the sandbox plays, by the ids of their adapters, in the order in which they are offered. */
export const railIds = ['payway', 'bakong', 'aeon', 'apay', 'apay-telegram', 'bongloy', 'wing'] as const;

/** A way of paying that the sandbox plays. */
export type RailId = (typeof railIds)[number];

/** What a shop offers. */
export type OfferedRails = readonly [RailId, ...RailId[]];

/** Telegram invoices are off until somebody asks for them, as in the bot. */
const [first, ...others] = railIds.filter((rail) => rail !== 'apay-telegram');
if (!first) throw new Error('there is no way of paying');

/** What is offered where nobody says otherwise. */
export const usualRails: OfferedRails = [first, ...others];

/** Every usual way of paying, this one first. */
export function offeredFirst(rail: RailId): OfferedRails {
  return [rail, ...usualRails.filter((one) => one !== rail)];
}

/** Every usual way of paying, and this one. */
export function offeredToo(rail: RailId): OfferedRails {
  return usualRails.includes(rail) ? usualRails : [...usualRails, rail];
}
